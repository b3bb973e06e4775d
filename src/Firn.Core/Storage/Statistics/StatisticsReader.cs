using Firn.Common;
using Firn.Storage.Bundles;
using Firn.Storage.Collection;
using Firn.Storage.Contents;

namespace Firn.Storage.Statistics;

/// <summary>Adds up what a store keeps. Reads records, archive documents and the heads of indexes; no data.</summary>
internal sealed class StatisticsReader
{
    private const int MostLarge = 10;
    private readonly string _store;
    private readonly BundleFiles _bundles;
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);

    private StatisticsReader(string store)
    {
        _store = store;
        _bundles = new BundleFiles(store);
    }

    /// <summary>Reads a store.</summary>
    /// <exception cref="FirnException">There is no store, or a record is damaged.</exception>
    public static StoreStatistics Read(string store, CancellationToken cancellation)
    {
        _ = Store.Open(store);
        return new StatisticsReader(store).ReadAll(cancellation);
    }

    private StoreStatistics ReadAll(CancellationToken cancellation)
    {
        var contents = StoreContentsReader.Read(_store);
        var marker = new StoreMarker(_store);
        marker.Mark(cancellation);
        var statistics = CountBundles(new StoreStatistics
        {
            Objects = contents.Files.Count,
            ObjectBytes = contents.Files.Values.Sum(file => file.Stat.Size),
            RecordBytes = contents.Chains.Sum(chain => chain.Records.Values.Sum(record => record.Stat.Size)),
            QuarantinedFiles = contents.QuarantinedFiles,
            Analyses = marker.Analyses,
            Runs = marker.Runs,
            Environments = marker.Environments.Count,
        }, contents);
        return AddSharing(statistics, marker) with { Largest = [.. Largest(contents, marker.Needed)] };
    }

    private StoreStatistics CountBundles(StoreStatistics statistics, StoreContents contents)
    {
        foreach (var bundle in contents.Bundles.Values)
        {
            statistics = statistics with
            {
                Bundles = statistics.Bundles + (bundle.Tag is null ? 1 : 0),
                BytecodeBundles = statistics.BytecodeBundles + (bundle.Tag is null ? 0 : 1),
                BundleBytesOnDisk = statistics.BundleBytesOnDisk + bundle.Files.Sum(file => file.Stat.Size),
                BundleBytes = statistics.BundleBytes + SizeOf(bundle),
            };
        }

        return statistics;
    }

    /// <summary>The tar's length, as the index says; 0 where that cannot be read, which a check finds.</summary>
    private long SizeOf(BundleContents bundle)
    {
        if (!bundle.IsWhole || !Sha256Digest.TryParse(bundle.Hex, out var id))
        {
            return 0;
        }

        try
        {
            var size = _bundles.ReadIndex(new BundleName(id, bundle.Tag), withFiles: false).Size;
            if (bundle.Tag is null)
            {
                _sizes[bundle.Hex] = size;
            }

            return size;
        }
        catch (FirnException)
        {
            return 0;
        }
    }

    private StoreStatistics AddSharing(StoreStatistics statistics, StoreMarker marker)
    {
        long all = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long once = 0;
        foreach (var bundles in marker.Environments.Values)
        {
            foreach (var hex in bundles)
            {
                var size = _sizes.GetValueOrDefault(hex);
                all += size;
                once += seen.Add(hex) ? size : 0;
            }
        }

        return statistics with { EnvironmentBytes = all, SharedBytes = all - once };
    }

    private static IEnumerable<LargeItem> Largest(StoreContents contents, References needed)
    {
        var items = new List<LargeItem>();
        foreach (var (hex, file) in contents.Files)
        {
            items.Add(new LargeItem(file.Path, file.Stat.Size, needed.Files.GetValueOrDefault(hex)?.NeededBy));
        }

        foreach (var bundle in contents.Bundles.Values)
        {
            if (bundle.Archive is { } archive)
            {
                items.Add(new LargeItem(archive.Path, archive.Stat.Size, needed.Bundles.GetValueOrDefault(bundle.Hex)?.NeededBy));
            }
        }

        items.Sort(static (left, right) => left.Bytes != right.Bytes
            ? right.Bytes.CompareTo(left.Bytes)
            : string.CompareOrdinal(left.Path, right.Path));
        return items.Take(MostLarge);
    }
}
