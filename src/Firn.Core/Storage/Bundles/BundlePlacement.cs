using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Storage.Layout;

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

/// <summary>A file of a bundle while it is written: staged, and digested on the way.</summary>
/// <param name="store">The store's folder.</param>
internal sealed class StagedBundleFile(string store) : IByteSink, IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private readonly StagedFile _file = StagedFile.Create(store, "bundle");

    /// <summary>How many bytes were written.</summary>
    public long Length => _file.Length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hasher.Append(bytes);
        _file.Write(bytes);
    }

    /// <summary>Brings all bytes to the disk and takes the right to write away.</summary>
    /// <returns>The digest of the bytes.</returns>
    public Sha256Digest Complete()
    {
        _file.Seal(durably: true);
        return _hasher.Finish();
    }

    /// <summary>Gives the file its name, if nothing has it.</summary>
    /// <returns>Whether it has the name now; <see langword="false"/> where another writer was first.</returns>
    public bool TryPlace(string target) => _file.TryPlace(target);

    /// <summary>Gives the file its name, in place of a damaged one.</summary>
    public void Replace(string target) => _file.MoveTo(target);

    public void Dispose()
    {
        _hasher.Dispose();
        _file.Dispose();
    }
}
