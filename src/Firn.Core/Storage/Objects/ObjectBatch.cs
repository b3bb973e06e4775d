using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Objects;

/// <summary>
/// Keeps many files at once. Their bytes wait in <c>tmp</c> until all are durable, and only then get their names: after
/// a power cut no name stands for bytes that were never written.
/// </summary>
internal sealed class ObjectBatch(string storePath, StoreLeases leases) : IDisposable
{
    /// <summary>From here on one syncfs, which waits for all that others write there too, is less than an fsync a file.</summary>
    private const int FewFiles = 8;

    /// <summary>S_ISGID.</summary>
    private const uint SetGroup = 0x400;

    private readonly List<StagedObject> _staged = [];
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private List<Sha256Digest>? _toLease;
    private ContentCopier? _copier;
    private UnixFileMode? _groupReaders;

    /// <summary>Takes bytes.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public Sha256Digest Add(ReadOnlySpan<byte> content)
    {
        var digest = Sha256Digest.Of(content);
        if (!IsThere(digest, content.Length))
        {
            Stage(content, digest, readers: null);
        }

        return digest;
    }

    /// <summary>Takes an object that the store should have, without its bytes.</summary>
    /// <returns>Whether it is there, with that size.</returns>
    public bool TryTake(Sha256Digest digest, long size) => IsThere(digest, size);

    /// <summary>Takes a file, links followed.</summary>
    /// <exception cref="FirnException">It cannot be read, changes meanwhile, or the store cannot be written to.</exception>
    public StoredFile AddFile(string path, CancellationToken cancellation)
    {
        _copier ??= new ContentCopier();
        using var source = SourceFile.Open(path);
        if (source.Size <= ContentCopier.Length)
        {
            return AddSmall(source);
        }

        var staged = StagedFile.Create(storePath, "object");
        var isKept = false;
        try
        {
            var stored = _copier.Copy(source, staged, cancellation);
            source.MustBeUnchanged();
            isKept = !IsThere(stored.Digest, stored.Size);
            if (isKept)
            {
                Take(staged, stored.Digest, ReadersOf(source));
            }

            return stored with { WasThere = !isKept };
        }
        finally
        {
            if (!isKept)
            {
                staged.Dispose();
            }
        }
    }

    /// <summary>Gives everything its name; all is durable when it returns.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public void Complete()
    {
        if (_toLease is not null)
        {
            leases.Hold(_toLease);
            _toLease = null;
        }

        if (_staged.Count == 0)
        {
            return;
        }

        var root = StoreLayout.ObjectFolder(storePath, StoreLayout.Files);
        try
        {
            var inOne = _staged.Count > FewFiles && Fsync.TrySynchronizeFileSystem(storePath);
            if (!inOne)
            {
                _staged.ForEach(file => Fsync.SynchronizeFile(file.File.Path));
            }

            var folders = PlaceAll(root);
            if (!inOne || !Fsync.TrySynchronizeFileSystem(storePath))
            {
                folders.ForEach(AtomicFile.SynchronizeDirectory);
                AtomicFile.SynchronizeDirectory(root);
            }
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(storePath, root, exception);
        }
    }

    /// <summary>Removes what was not given its name.</summary>
    public void Dispose() => _staged.ForEach(file => file.File.Dispose());

    private StoredFile AddSmall(SourceFile source)
    {
        var content = _copier!.ReadSmall(source);
        source.MustBeUnchanged();
        var stored = new StoredFile(Sha256Digest.Of(content), Md5Hasher.Of(content), content.Length);
        if (IsThere(stored.Digest, stored.Size))
        {
            return stored with { WasThere = true };
        }

        Stage(content, stored.Digest, ReadersOf(source));
        return stored;
    }

    private void Stage(ReadOnlySpan<byte> content, Sha256Digest digest, UnixFileMode? readers)
    {
        var staged = StagedFile.Create(storePath, "object");
        try
        {
            staged.Write(content);
            Take(staged, digest, readers);
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Nobody gets to read a file by its being kept: a private one stays so. A store of a group (setgid) is there to be read by it.
    /// </summary>
    private UnixFileMode? ReadersOf(SourceFile source)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        _groupReaders ??= FileStatReader.TryRead(storePath, out var stat) && (stat.Mode & SetGroup) != 0
            ? UnixFileMode.GroupRead : UnixFileMode.None;
        return source.Mode | _groupReaders;
    }

    private void Take(StagedFile staged, Sha256Digest digest, UnixFileMode? readers)
    {
        staged.Seal(durably: false, readers);
        _staged.Add(new StagedObject(staged, digest));
        _seen[digest.Hex] = staged.Length;
    }

    /// <summary>
    /// Whether the batch or the store has the object; if so it is refreshed. One of another size is damaged, and is
    /// written anew over it.
    /// </summary>
    private bool IsThere(Sha256Digest digest, long size)
    {
        if (_seen.TryGetValue(digest.Hex, out _))
        {
            return true;
        }

        var path = StoreLayout.FileOf(storePath, digest);
        if (!FileStatReader.TryRead(path, out var stat) || !stat.IsRegularFile || stat.Size != size
            || StoreTree.FindLink(storePath, path) is not null)
        {
            return false;
        }

        switch (StoreLeases.TryTouch(path))
        {
            case TouchResult.Missing:
                return false;
            case TouchResult.Denied:
                (_toLease ??= []).Add(digest);
                break;
        }

        _seen[digest.Hex] = size;
        return true;
    }

    private List<string> PlaceAll(string root)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var staged in _staged)
        {
            var hex = staged.Digest.Hex;
            var start = hex[..2];
            if (!folders.TryGetValue(start, out var folder))
            {
                folder = Path.Join(root, start);
                StoreTree.MakeFolder(storePath, folder);
                folders.Add(start, folder);
            }

            staged.File.MoveTo(Path.Join(folder, hex));
        }

        return [.. folders.Values];
    }

    private sealed record StagedObject(StagedFile File, Sha256Digest Digest);
}
