using Firn.Common;
using Firn.Common.Files;
using Firn.Restore.Staging;
using Firn.Restore.Writing;
using Firn.Storage;
using Firn.Restore.Unpacking;

namespace Firn.Restore.Caching;

/// <summary>
/// Unpacks bundles into the cache: read-only, with the times that restored files have. A bundle is put together beside
/// its place and renamed, so that any number of processes may fill one cache.
/// </summary>
internal sealed class CacheFiller(Store store, UnpackedCache cache)
{
    /// <summary>Unpacks a bundle, and says what is in it.</summary>
    /// <exception cref="FirnException">The bundle is missing or damaged, or the cache's disk refuses.</exception>
    public ListingReader Fill(Sha256Digest bundle, CancellationToken cancellation)
    {
        using var reader = store.Bundles.Open(bundle);
        return Fill(cache.FolderOf(bundle, null), (folders, writer, stats) =>
        {
            var members = new CacheMembers(folders, writer);
            members.Unpack(reader, cancellation);
            return members.List(stats);
        });
    }

    /// <summary>Unpacks the bytecode of a bundle that is in the cache, with the times of its sources.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="tag">The cache tag.</param>
    /// <param name="folder">What its folder in the cache is called behind the bundle's digits.</param>
    /// <param name="sources">What is unpacked of the bundle.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    /// <exception cref="FirnException">The bytecode is missing or damaged, or the cache's disk refuses.</exception>
    public ListingReader FillBytecode(
        Sha256Digest bundle, string tag, string folder, ListingReader sources, CancellationToken cancellation)
    {
        using var reader = store.Bundles.OpenBytecode(bundle, tag);
        var times = TimesOf(sources);
        return Fill(cache.FolderOf(bundle, folder), (folders, writer, stats) =>
        {
            var members = new CacheMembers(folders, writer);
            members.UnpackBytecode(reader, times, cancellation);
            return members.List(stats);
        });
    }

    /// <summary>Fills a folder of the cache, or takes what another process has put there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="write">
    /// Writes the files, returns their list, and tells what the file system says of each, in the order of the list.
    /// </param>
    public static ListingReader Fill(string folder, Func<TreeFolders, TreeWriter, List<FileStat>, byte[]> write)
    {
        using var staging = StagingFolder.Create(folder);
        var files = Path.Join(staging.Path, UnpackedCache.Files);
        Directory.CreateDirectory(files);
        var stats = new List<FileStat>();
        byte[] listing;
        using (var folders = new TreeFolders(files, folder))
        using (var writer = new TreeWriter(folders, isReadOnly: true))
        {
            listing = write(folders, writer, stats);
        }

        File.WriteAllBytes(Path.Join(staging.Path, UnpackedCache.Listing), listing);
        var written = ListingReader.TryOpen(listing)!;
        var times = CachedTimes.Of(written.Digest);
        for (var i = 0; i < stats.Count; i++)
        {
            times.Set(i, stats[i]);
        }

        times.Save(staging.Path);
        if (staging.TryPlace())
        {
            return written;
        }

        // Another process was faster.
        return ListingReader.TryOpen(File.ReadAllBytes(Path.Join(folder, UnpackedCache.Listing)))
            ?? throw new FirnException($"{folder} is damaged", "remove it: the cache is made again");
    }

    /// <summary>The times of the sources that are the same in every prefix.</summary>
    public static Dictionary<string, long> TimesOf(ListingReader sources)
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        var folder = string.Empty;
        for (var item = sources.Next(); item != ListingItem.End; item = sources.Next())
        {
            if (item == ListingItem.Folder)
            {
                folder = sources.Name is { Length: > 0 } name ? name + "/" : string.Empty;
            }
            else if (item == ListingItem.Treated)
            {
                _ = sources.TreatedEntry(string.Empty);
            }
            else if (item == ListingItem.File && sources.Name is var file && FileTimes.IsSource(file))
            {
                times[folder + file] = sources.Time;
            }
        }

        return times;
    }
}
