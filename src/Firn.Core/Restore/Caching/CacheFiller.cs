using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Python.Installation;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.Restore.Caching;

/// <summary>
/// Unpacks bundles into the cache: read-only, with the times that restored files have. A bundle is put together beside
/// its place and renamed, so that any number of processes may fill one cache.
/// </summary>
internal sealed class CacheFiller(Store store, UnpackedCache cache)
{
    private const int MaxTries = 100;

    /// <summary>Unpacks the bundle of a package, and says what is in it.</summary>
    /// <exception cref="FirnException">The bundle is missing or damaged, or the cache's disk refuses.</exception>
    public ListingReader Fill(ArchivedPackage package, CancellationToken cancellation)
    {
        using var reader = store.Bundles.Open(package.Bundle);
        return Fill(cache.FolderOf(package.Bundle, null), (folders, writer, stats) =>
        {
            var members = new CacheMembers(folders, writer);
            members.Unpack(reader, package.Kind == ArchivedPackageKind.Conda, cancellation);
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
        for (var tries = 0; !staging.TryPlace(); tries++)
        {
            // Another process was faster; a third one may take away again what it finds damaged.
            var there = BoundedFile.Read(Path.Join(folder, UnpackedCache.Listing), UnpackedCache.ListingLimit);
            if (there.IsComplete)
            {
                return ListingReader.TryOpen(there.Memory) ?? throw Damaged(folder);
            }

            if (tries == MaxTries)
            {
                throw Damaged(folder);
            }
        }

        return written;
    }

    private static FirnException Damaged(string folder) => new($"{folder} is damaged", "remove it: the cache is made again");

    /// <summary>The times of the sources that are the same in every prefix.</summary>
    public static Dictionary<string, long> TimesOf(ListingReader sources)
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        var folder = string.Empty;
        for (var item = sources.Next(); item != ListingItemKind.End; item = sources.Next())
        {
            if (item == ListingItemKind.Folder)
            {
                folder = sources.Name is { Length: > 0 } name ? name + "/" : string.Empty;
            }
            else if (item == ListingItemKind.Treated)
            {
                _ = sources.TreatedEntry(string.Empty);
            }
            else if (item == ListingItemKind.File && sources.Name is var file && FileTimes.IsSource(file))
            {
                times[folder + file] = sources.Time;
            }
        }

        return times;
    }
}

/// <summary>The members of one bundle on their way into the cache, under the paths that they have in the bundle.</summary>
internal sealed class CacheMembers(TreeFolders folders, TreeWriter writer)
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly List<BundleEntry> _entries = [];
    private readonly HashSet<string> _treated = new(StringComparer.Ordinal);

    /// <param name="reader">The bundle.</param>
    /// <param name="isOfConda">Whether sources get the times that bytecode in the bundle names; see <see cref="PackageWriter.EndMembers"/>.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    public void Unpack(BundleReader reader, bool isOfConda, CancellationToken cancellation)
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        var shipped = new Dictionary<string, (uint Time, uint Size)>(StringComparer.Ordinal);
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            _entries.Add(entry);
            if (entry.Kind == TarEntryKind.Directory)
            {
                folders.Make(entry.Path);
            }
            else if (entry.Kind == TarEntryKind.File)
            {
                WriteFile(reader, entry, times, shipped);
            }
        }

        if (isOfConda)
        {
            SetShippedTimes(times, shipped);
        }
    }

    /// <param name="reader">The bytecode.</param>
    /// <param name="times">The times of the sources; bytecode of others is left out.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    public void UnpackBytecode(BundleReader reader, Dictionary<string, long> times, CancellationToken cancellation)
    {
        ReadBytecode(
            reader,
            times,
            (entry, content) =>
            {
                if (writer.TryWrite(entry.Path, isExecutable: false, content, FileTimes.Usual))
                {
                    _entries.Add(entry with { IsExecutable = false });
                }
            },
            cancellation);
    }

    /// <summary>Reads bytecode as the cache has it: with the times of its sources.</summary>
    /// <param name="reader">The bytecode.</param>
    /// <param name="times">The times of the sources; bytecode of others is left out.</param>
    /// <param name="take">Takes each member.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    public static void ReadBytecode(
        BundleReader reader, Dictionary<string, long> times, Action<BundleEntry, byte[]> take, CancellationToken cancellation)
    {
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            if (entry.Kind != TarEntryKind.File || entry.Size > PackageWriter.MaxTreated
                || PycName.SourceOf(entry.Path, out var tag) is not { } source || !times.TryGetValue(source, out var time))
            {
                continue;
            }

            var content = new byte[entry.Size];
            for (var length = 0; length < content.Length;)
            {
                length += reader.Read(content.AsSpan(length));
            }

            new PycHeader(tag).SetTime(content, time);
            take(entry, content);
        }
    }

    /// <summary>The list of what was written.</summary>
    /// <param name="stats">Gets what the file system says of each file, in the order of the list.</param>
    public byte[] List(List<FileStat> stats)
    {
        // Each folder once: a folder is opened for its first file.
        _entries.Sort(static (left, right) => CompareByFolder(left.Path, right.Path));
        var listing = new ListingWriter();
        string? folder = null;
        foreach (var entry in _entries)
        {
            if (entry.Kind == TarEntryKind.Link)
            {
                listing.Link(entry.Path, entry.LinkTarget!);
            }
            else if (entry.Kind == TarEntryKind.Directory)
            {
                listing.EmptyFolder(entry.Path);
            }
            else
            {
                var slash = Math.Max(entry.Path.LastIndexOf('/'), 0);
                if (folder is null || !entry.Path.AsSpan(0, slash).SequenceEqual(folder))
                {
                    folder = entry.Path[..slash];
                    listing.Folder(folder);
                }

                ListFile(listing, entry, slash == 0 ? entry.Path : entry.Path[(slash + 1)..], Path.Join(folders.Path, entry.Path), stats);
            }
        }

        return listing.Finish();
    }

    private void ListFile(ListingWriter listing, BundleEntry entry, string name, string file, List<FileStat> stats)
    {
        if (!FileStatReader.TryRead(file, out var stat))
        {
            throw new FirnException($"{file} has gone from the cache while it was made", "try again");
        }

        stats.Add(stat);
        if (_treated.Contains(entry.Path))
        {
            listing.Treated(name, entry, stat.ModifiedSeconds, stat.Inode);
        }
        else
        {
            listing.File(name, entry.IsExecutable, stat.Size, stat.ModifiedSeconds, stat.Inode);
        }
    }

    private void WriteFile(
        BundleReader reader, BundleEntry entry, Dictionary<string, long> times, Dictionary<string, (uint Time, uint Size)> shipped)
    {
        if (!writer.TryBegin(entry.Path, entry.IsExecutable))
        {
            throw new FirnException(
                $"two files of one bundle have the name {entry.Path} on the cache's file system",
                $"restore without {RequestSetting.Links}, or put FIRN_CACHE on a file system that tells upper from lower case");
        }

        using var hasher = FileTimes.IsSource(entry.Path) ? new Sha256Hasher() : null;
        var isFirst = true;
        var isTreated = entry.PrefixOffsets.Length > 0 || entry.Placeholder is not null
            || entry.Path.EndsWith(".dist-info/RECORD", StringComparison.Ordinal);
        for (var count = reader.Read(_buffer); count > 0; count = reader.Read(_buffer))
        {
            var piece = _buffer.AsSpan(0, count);
            if (isFirst)
            {
                isFirst = false;
                isTreated |= entry.Path.StartsWith("bin/", StringComparison.Ordinal) && ShebangWriter.IsPlaceholder(piece);
                if (PycName.SourceOf(entry.Path, out var tag) is { } source && new PycHeader(tag).SourceOf(piece) is { } named)
                {
                    shipped[source] = named;
                }
            }

            hasher?.Append(piece);
            writer.Append(piece);
        }

        var time = hasher is null ? FileTimes.Usual : FileTimes.OfSource(hasher.Finish());
        writer.End(time);
        if (isTreated)
        {
            _treated.Add(entry.Path);
        }
        else if (hasher is not null)
        {
            times[entry.Path] = entry.Size;
        }
    }

    private void SetShippedTimes(Dictionary<string, long> sizes, Dictionary<string, (uint Time, uint Size)> shipped)
    {
        foreach (var (source, named) in shipped)
        {
            if (sizes.TryGetValue(source, out var size) && size == named.Size)
            {
                writer.SetTime(source, named.Time);
            }
        }
    }

    private static int CompareByFolder(string left, string right)
    {
        var leftSlash = Math.Max(left.LastIndexOf('/'), 0);
        var rightSlash = Math.Max(right.LastIndexOf('/'), 0);
        var order = left.AsSpan(0, leftSlash).SequenceCompareTo(right.AsSpan(0, rightSlash));
        return order != 0 ? order : string.CompareOrdinal(left, right);
    }
}
