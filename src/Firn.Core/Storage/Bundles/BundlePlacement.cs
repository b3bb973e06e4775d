using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Layout;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Bundles;

/// <summary>
/// Puts the two files of a bundle in their places: the archive first, then the index that describes it. Of several
/// writers the first one's archive stays, and every index describes the archive that is there.
/// </summary>
internal sealed class BundlePlacement(string store, BundleFiles files, CompressionFormat format)
{
    /// <param name="name">Which bundle.</param>
    /// <param name="index">What describes the archive.</param>
    /// <param name="archive">The archive, complete.</param>
    /// <param name="indexFile">The file that the index goes into, empty.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Whether this writer's archive is the one that is there now.</returns>
    public bool Place(
        BundleName name, BundleIndex index, StagedBundleFile archive, StagedBundleFile indexFile, CancellationToken cancellation)
    {
        StoreTree.MakeFolder(store, files.FolderOf(name));
        var isMine = archive.TryPlace(files.ArchiveOf(name, format));
        if (!isMine)
        {
            if (files.Find(name) is not null)
            {
                return false;
            }

            (isMine, index) = TakeOver(name, index, archive, cancellation);
        }

        var isDescribed = PlaceIndex(name, index, indexFile);
        AtomicFile.SynchronizeDirectory(files.FolderOf(name));
        return isMine && isDescribed;
    }

    /// <summary>Another writer's archive without an index: that writer is between its two files, or was killed there.</summary>
    private (bool IsMine, BundleIndex Index) TakeOver(
        BundleName name, BundleIndex index, StagedBundleFile archive, CancellationToken cancellation)
    {
        try
        {
            // Bytecode of two machines may differ, so its size is unknown.
            var limit = name.Tag is null ? index.Size : long.MaxValue;
            var found = files.Scan(name, format, limit, cancellation);
            if (name.Tag is not null || found.Digest == name.Id)
            {
                return (false, found);
            }
        }
        catch (FirnException)
        {
            // Damaged: the whole one takes its place.
        }

        archive.Replace(files.ArchiveOf(name, format));
        return (true, index);
    }

    /// <returns>Whether the index describes this format's archive.</returns>
    private bool PlaceIndex(BundleName name, BundleIndex index, StagedBundleFile file)
    {
        var document = BundleIndexWriter.Write(index);
        file.Write(document);
        _ = file.Complete();
        var target = files.IndexOf(name);
        if (file.TryPlace(target) || files.ReadIndexBytes(name).AsSpan().SequenceEqual(document))
        {
            return true;
        }

        // The one that is there belongs to an archive of another format, or to one that was lost.
        if (IsOfAnotherArchive(name))
        {
            StoreTree.Delete(store, files.ArchiveOf(name, format));
            return false;
        }

        file.Replace(target);
        return true;
    }

    private bool IsOfAnotherArchive(BundleName name)
    {
        try
        {
            return CompressionFormat.ByName(files.ReadIndex(name, withFiles: false).Compression) is { } other
                && other != format
                && StoreTree.HasFile(store, files.ArchiveOf(name, other));
        }
        catch (FirnException)
        {
            return false;
        }
    }
}

/// <summary>
/// A file of a bundle while it is written in the store's <c>tmp</c>: counted, digested, and put in its place only when it
/// is whole and on the disk. What never got there is removed.
/// </summary>
internal sealed class StagedBundleFile : IByteSink, IDisposable
{
    private const UnixFileMode ReadBits = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly Sha256Hasher _hasher = new();
    private readonly string _store;
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private bool _isMoved;

    /// <param name="store">The store's folder.</param>
    public StagedBundleFile(string store)
    {
        _store = store;
        _path = Path.Join(store, StoreLayout.Temporary, $"bundle-{Guid.NewGuid():N}.tmp");
        _handle = StoreTree.CreateFile(store, _path);
    }

    /// <summary>How many bytes were written.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hasher.Append(bytes);
        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Brings all bytes to the disk and takes the right to write away.</summary>
    /// <returns>The digest of the bytes.</returns>
    public Sha256Digest Complete()
    {
        if (!OperatingSystem.IsWindows())
        {
            // What the umask allows the others to read stays theirs to read.
            File.SetUnixFileMode(_handle, File.GetUnixFileMode(_handle) & ReadBits);
        }

        if (RandomAccess.GetLength(_handle) != Length)
        {
            throw new IOException($"{_path} has another length than was written");
        }

        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        return _hasher.Finish();
    }

    /// <summary>Gives the file its name, if nothing has it.</summary>
    /// <returns>Whether it has the name now; <see langword="false"/> where another writer was first.</returns>
    public bool TryPlace(string target) => StoreTree.TryTake(_store, _path, target);

    /// <summary>Gives the file its name, in place of a damaged one.</summary>
    public void Replace(string target)
    {
        if (StoreTree.Rename(_store, _path, target) is > 0 and var error)
        {
            throw FileNames.Failure(error);
        }

        _isMoved = true;
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _handle.Dispose();
        if (_isMoved)
        {
            return;
        }

        try
        {
            // Also where it was placed: it may keep this name beside its own.
            StoreTree.Delete(_store, _path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays behind as a temporary file, which the collection removes.
        }
    }
}
