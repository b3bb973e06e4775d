using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Objects;

/// <summary>The files of a store, named by their digests: documents and results, as they are, read-only.</summary>
internal sealed class FileObjects(string storePath, StoreLeases leases)
{
    private const int CopyLength = 1024 * 1024;

    /// <summary>Keeps bytes; they are durable when it returns.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public Sha256Digest Add(ReadOnlySpan<byte> content)
    {
        using var batch = StartBatch();
        var digest = batch.Add(content);
        batch.Complete();
        return digest;
    }

    /// <summary>Keeps a file's bytes; they are durable when it returns.</summary>
    /// <exception cref="FirnException">The file cannot be read, changes meanwhile, or the store cannot be written to.</exception>
    public StoredFile AddFile(string path, CancellationToken cancellation)
    {
        using var batch = StartBatch();
        var stored = batch.AddFile(path, cancellation);
        batch.Complete();
        return stored;
    }

    /// <summary>Starts to keep many files, which become durable together.</summary>
    public ObjectBatch StartBatch() => new(storePath, leases);

    /// <summary>Whether the store has the file; its bytes are not looked at.</summary>
    public bool Contains(Sha256Digest digest)
    {
        var path = PathOf(digest);
        return StoreTree.HasFile(storePath, path)
            || CollectedFiles.TryPutBack(storePath, path)
            || CollectedFiles.Find(storePath, path) is not null;
    }

    /// <summary>Whether the object is in its place, where a collection leaves it when a record names it, or is put back there.</summary>
    public bool IsInPlace(Sha256Digest digest)
    {
        var path = PathOf(digest);
        return StoreTree.HasFile(storePath, path) || CollectedFiles.TryPutBack(storePath, path);
    }

    /// <summary>Tells gc that objects are needed, until the next record is written.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public void Hold(IReadOnlyList<Sha256Digest> digests) => leases.Hold(digests);

    /// <summary>Tells gc that the object is needed again, before anything relies on it.</summary>
    /// <exception cref="FirnException">The store does not have it, or takes neither the time nor a lease.</exception>
    public void Refresh(Sha256Digest digest)
    {
        var path = PathOf(digest);
        if (!leases.TryRefresh(path, digest)
            && !(CollectedFiles.TryPutBack(storePath, path) && leases.TryRefresh(path, digest)))
        {
            throw Missing(digest);
        }
    }

    /// <summary>The object's bytes, which have the digest.</summary>
    /// <param name="digest">The object.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <exception cref="FirnException">It is missing, too large, cannot be read, or is damaged.</exception>
    public byte[] Read(Sha256Digest digest, int limit)
    {
        var path = CollectedFiles.ToRead(storePath, PathOf(digest));
        var content = BoundedFile.Read(path, limit);
        if (content.Status == FileReadStatus.Missing)
        {
            throw Missing(digest);
        }

        if (!content.IsComplete)
        {
            throw StoreFailure.OfReading(path, content.Reason);
        }

        return Sha256Digest.Of(content.Bytes) == digest
            ? content.Bytes.ToArray()
            : throw StoreFailure.Damaged(path, "its bytes do not have the digest that names it");
    }

    /// <summary>The object's bytes, unverified.</summary>
    /// <exception cref="FirnException">It is missing or cannot be read.</exception>
    public Stream OpenRead(Sha256Digest digest)
    {
        var path = CollectedFiles.ToRead(storePath, PathOf(digest));
        var handle = BoundedFile.Open(path, out var status);
        if (handle is not null)
        {
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        }

        throw status == FileReadStatus.Missing
            ? Missing(digest)
            : StoreFailure.OfReading(path, new FileContent(status, [], 0).Reason);
    }

    /// <summary>
    /// Hands out the object's bytes and looks at every one on the way; what was handed out counts only when it returns.
    /// </summary>
    /// <exception cref="FirnException">It is missing, cannot be read, or is damaged.</exception>
    public void CopyTo(Sha256Digest digest, TakeBytes sink, CancellationToken cancellation)
    {
        using var source = OpenRead(digest);
        using var hasher = new Sha256Hasher();
        var buffer = new byte[CopyLength];
        while (ReadSome(source, digest, buffer) is > 0 and var read)
        {
            cancellation.ThrowIfCancellationRequested();
            hasher.Append(buffer.AsSpan(0, read));
            sink(buffer.AsSpan(0, read));
        }

        if (hasher.Finish() != digest)
        {
            throw StoreFailure.Damaged(PathOf(digest), "its bytes do not have the digest that names it");
        }
    }

    /// <summary>Where the object lies, whether it is there or not.</summary>
    public string PathOf(Sha256Digest digest) => StoreLayout.FileOf(storePath, digest);

    private int ReadSome(Stream source, Sha256Digest digest, byte[] buffer)
    {
        try
        {
            return source.Read(buffer, 0, buffer.Length);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfReading(PathOf(digest), exception.Message.TrimEnd('.'), exception);
        }
    }

    private FirnException Missing(Sha256Digest digest) => new(
        $"the store {storePath} does not have the file {digest}",
        "`firn store check` finds what is missing and says what mends it",
        FailureKind.Different);
}

/// <summary>A file as the store keeps it.</summary>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Md5">Of its bytes, 32 lower-case hexadecimal digits; only asimov needs it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="WasThere">Whether the store had it already.</param>
internal sealed record StoredFile(Sha256Digest Digest, string Md5, long Size, bool WasThere = false);
