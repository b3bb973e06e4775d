using System.Collections.Concurrent;
using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Bundles;

/// <summary>Finds and reads the files of bundles in a store.</summary>
internal sealed class BundleFiles(string store)
{
    /// <summary>No bundle's tar is longer; a compressed one that says more is damaged or hostile.</summary>
    public const long MaxTarLength = 1L << 42;

    private readonly ConcurrentDictionary<string, bool> _folders = new(StringComparer.Ordinal);

    public string FolderOf(BundleName name) => Path.Join(store, name.Folder);

    public string IndexOf(BundleName name) => Path.Join(store, name.Folder, name.IndexFile);

    public string ArchiveOf(BundleName name, CompressionFormat format) =>
        Path.Join(store, name.Folder, name.ArchiveFile(format));

    /// <summary>The archive of a bundle, in its place; <see langword="null"/> where it or its index is missing there.</summary>
    public string? Find(BundleName name)
    {
        if (!HasFile(name, IndexOf(name)))
        {
            return null;
        }

        var archive = ArchiveOf(name, CompressionFormat.Zstandard);
        if (HasFile(name, archive))
        {
            return archive;
        }

        archive = ArchiveOf(name, CompressionFormat.Gzip);
        return HasFile(name, archive) ? archive : null;
    }

    /// <summary>Whether the bundle can be read: both files are in their places, where they are put back to, or aside.</summary>
    public bool IsReadable(BundleName name)
    {
        if (Find(name) is not null)
        {
            return true;
        }

        // The archive first, as writers do: the index says that both are there.
        var isThere = IsBack(ArchiveOf(name, CompressionFormat.Zstandard)) || IsBack(ArchiveOf(name, CompressionFormat.Gzip));
        return isThere && IsBack(IndexOf(name));

        bool IsBack(string path) =>
            HasFile(name, path) || CollectedFiles.TryPutBack(store, path) || CollectedFiles.Find(store, path) is not null;
    }

    /// <summary>Sets the bundle's time to now.</summary>
    /// <returns><see langword="false"/> where the user may not, or the bundle is not there.</returns>
    public bool TryRefresh(BundleName name) =>
        Find(name) is { } archive && StoreLeases.TryTouch(archive) == TouchResult.Done && StoreLeases.TryTouch(IndexOf(name)) == TouchResult.Done;

    /// <exception cref="FirnException">The index is missing or damaged.</exception>
    public BundleIndex ReadIndex(BundleName name, bool withFiles)
    {
        try
        {
            var index = BundleIndexReader.Read(ReadIndexBytes(name), withFiles);
            return name.Tag is not null || index.Digest == name.Id
                ? index
                : throw new FormatException(index.Digest is { } other ? $"it is of {other}" : "`sha256` is missing");
        }
        catch (FormatException exception)
        {
            throw BundleDamage.Of(name, $"its index: {exception.Message}", exception);
        }
    }

    /// <exception cref="FirnException">The index is missing, too long, or cannot be read.</exception>
    public byte[] ReadIndexBytes(BundleName name)
    {
        try
        {
            using var file = File.OpenHandle(CollectedFiles.ToRead(store, IndexOf(name)));
            var length = RandomAccess.GetLength(file);
            if (length > BundleIndexReader.MaximumLength)
            {
                throw BundleDamage.Of(name, $"its index has {length} bytes, more than {BundleIndexReader.MaximumLength}");
            }

            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count)
            {
                read += count;
            }

            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, exception);
        }
    }

    /// <exception cref="FirnException">The bundle is not there, damaged, or of a compression that this machine lacks.</exception>
    public BundleReader Open(BundleName name)
    {
        var index = ReadIndex(name, withFiles: false);
        var format = FormatOf(name, index);
        var file = OpenArchive(name, format);
        try
        {
            return BundleReader.Open(name, index, file, format);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all of a bundle and compares it with its index, byte by byte.</summary>
    /// <exception cref="FirnException">Something differs, or cannot be read.</exception>
    public void Verify(BundleName name, CancellationToken cancellation)
    {
        var index = ReadIndex(name, withFiles: false);
        var found = Scan(name, FormatOf(name, index), index.Size, cancellation);
        var problem = found.CompressedSize != index.CompressedSize
                ? $"its file has {found.CompressedSize} bytes, its index says {index.CompressedSize}"
            : found.CompressedDigest != index.CompressedDigest
                ? $"its file has {found.CompressedDigest}, its index says {index.CompressedDigest}"
            : name.Tag is null && found.Digest != name.Id ? $"its content has {found.Digest}"
            : !BundleIndexWriter.Write(found).SequenceEqual(ReadIndexBytes(name)) ? "its index does not say what is in it"
            : null;
        if (problem is not null)
        {
            throw BundleDamage.Of(name, problem);
        }
    }

    /// <summary>Reads an archive through and composes the index that belongs to it.</summary>
    /// <param name="name">Which bundle.</param>
    /// <param name="format">Which of its archives.</param>
    /// <param name="limit">The most bytes that its tar may have.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">It is damaged, or not there.</exception>
    public BundleIndex Scan(BundleName name, CompressionFormat format, long limit, CancellationToken cancellation)
    {
        using var file = OpenArchive(name, format);
        return BundleScanner.Scan(name, file, format, limit, cancellation);
    }

    /// <summary>Whether a file of the bundle is there, with no link on the way.</summary>
    private bool HasFile(BundleName name, string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile && IsFolderOfStore(FolderOf(name));

    /// <summary>Asked for each bundle several times, and there are 256 folders at most: each is looked at once.</summary>
    private bool IsFolderOfStore(string folder) =>
        _folders.GetOrAdd(folder, static (path, root) => StoreTree.FindLink(root, path + Path.DirectorySeparatorChar) is null, store);

    private static CompressionFormat FormatOf(BundleName name, BundleIndex index) =>
        CompressionFormat.ByName(index.Compression)
        ?? throw BundleDamage.Of(name, $"its index names an unknown compression, {index.Compression}");

    private FileStream OpenArchive(BundleName name, CompressionFormat format)
    {
        try
        {
            return new FileStream(
                CollectedFiles.ToRead(store, ArchiveOf(name, format)), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, exception);
        }
    }

    private FirnException Unreadable(BundleName name, Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException
            ? new FirnException(
                $"the store {store} has no {name}",
                "archive the environment again with `firn capture --archive`, or use the store that has it",
                innerException: exception)
            : new FirnException(
                $"cannot read {name} in {store}: {exception.Message}", "check its permissions", innerException: exception);
}

/// <summary>Which bundle: its id, and for bytecode the cache tag, such as <c>cpython-311</c>.</summary>
internal sealed record BundleName
{
    public BundleName(Sha256Digest id, string? tag = null)
    {
        if (tag is not null && !IsTag(tag))
        {
            throw new ArgumentException($"no cache tag: {tag}", nameof(tag));
        }

        Id = id;
        Tag = tag;
    }

    public Sha256Digest Id { get; }

    /// <summary><see langword="null"/> where the bundle itself is meant.</summary>
    public string? Tag { get; }

    /// <summary>Whether the index has digests of the tar and of each file; of bytecode, which has no identity, only that of the archive.</summary>
    public bool HasDigests => Tag is null;

    /// <summary>Whether a text can be a cache tag: letters, digits, <c>-</c> and <c>_</c>, at most 64.</summary>
    public static bool IsTag(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 64;
    }

    /// <summary>The folder of the bundle, relative to the store.</summary>
    public string Folder => Path.Join("bundles", "sha256", Id.Hex[..2]);

    /// <summary>The name of the index in that folder.</summary>
    public string IndexFile => Stem + ".json";

    public string ArchiveFile(CompressionFormat format) => $"{Stem}.tar{format.Extension}";

    /// <summary>What messages call it.</summary>
    public override string ToString() => Tag is null ? $"bundle {Id}" : $"bytecode of {Tag} of bundle {Id}";

    private string Stem => Tag is null ? Id.Hex : $"{Id.Hex}.{Tag}";
}

/// <summary>The failure that a damaged bundle is.</summary>
internal static class BundleDamage
{
    public static FirnException Of(BundleName name, string problem, Exception? cause = null) => new(
        $"{name} is damaged: {problem}",
        "run `firn store check --read-data`, then `firn store repair`",
        FailureKind.Different,
        cause);
}
