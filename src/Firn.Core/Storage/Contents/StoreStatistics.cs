using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Bundles;

namespace Firn.Storage.Contents;

/// <summary>How much a store keeps, and how much it spares.</summary>
public sealed record StoreStatistics
{
    /// <summary>How many files of runs and documents.</summary>
    public int Objects { get; init; }

    /// <summary>The bytes that they take on the disk.</summary>
    public long ObjectBytes { get; init; }

    /// <summary>How many bundles, without those of bytecode.</summary>
    public int Bundles { get; init; }

    /// <summary>How many bundles of bytecode.</summary>
    public int BytecodeBundles { get; init; }

    /// <summary>The bytes that bundles, bytecode and indexes take on the disk.</summary>
    public long BundleBytesOnDisk { get; init; }

    /// <summary>The bytes that they are uncompressed.</summary>
    public long BundleBytes { get; init; }

    /// <summary>How many analyses have runs.</summary>
    public int Analyses { get; init; }

    /// <summary>How many runs there are that are not forgotten.</summary>
    public int Runs { get; init; }

    /// <summary>How many archived environments there are that are not forgotten.</summary>
    public int Environments { get; init; }

    /// <summary>The bytes that the environments' bundles would take if each environment had its own, uncompressed.</summary>
    public long EnvironmentBytes { get; init; }

    /// <summary>The part of it that is shared: what each environment's own copies would take beyond one of each.</summary>
    public long SharedBytes { get; init; }

    /// <summary>The bytes of records, indexes of runs and all else outside objects and bundles.</summary>
    public long RecordBytes { get; init; }

    /// <summary>How many files are in quarantine.</summary>
    public int QuarantinedFiles { get; init; }

    /// <summary>The largest objects and bundles, the largest first.</summary>
    public ImmutableArray<LargeItem> Largest { get; init; } = [];

    /// <summary>The bytes that all of it takes on the disk.</summary>
    public long BytesOnDisk => ObjectBytes + BundleBytesOnDisk + RecordBytes;

    /// <summary>Writes the document <c>firn.stats/1</c>, UTF-8.</summary>
    public void WriteJson(Stream stream) => stream.Write(StoreStatisticsJson.Write(this));
}

/// <summary>Something large in a store.</summary>
/// <param name="Path">Relative to the store.</param>
/// <param name="Bytes">The bytes that it takes on the disk.</param>
/// <param name="NeededBy">The first that needs it; <see langword="null"/> where nothing does.</param>
public sealed record LargeItem(string Path, long Bytes, string? NeededBy);

/// <summary>Adds up what a store keeps. Reads records, archive documents and the heads of indexes; no data.</summary>
internal sealed class StatisticsReader
{
    private const int MaxLarge = 10;
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
        var marker = new ReachableObjects(_store);
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

    private StoreStatistics AddSharing(StoreStatistics statistics, ReachableObjects marker)
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
        return items.Take(MaxLarge);
    }
}

/// <summary>Writes how much a store keeps (<c>firn.stats/1</c>).</summary>
internal static class StoreStatisticsJson
{
    public const string Schema = "firn.stats/1";

    public static byte[] Write(StoreStatistics statistics)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Number("analyses", statistics.Analyses);
        json.Number("bundle_bytes", statistics.BundleBytes);
        json.Number("bundle_bytes_on_disk", statistics.BundleBytesOnDisk);
        json.Number("bundles", statistics.Bundles);
        json.Number("bytecode_bundles", statistics.BytecodeBundles);
        json.Number("bytes_on_disk", statistics.BytesOnDisk);
        json.Number("environment_bytes", statistics.EnvironmentBytes);
        json.Number("environments", statistics.Environments);
        json.Objects("largest", statistics.Largest, item =>
        {
            json.Number("bytes", item.Bytes);
            json.String("needed_by", item.NeededBy);
            json.String("path", item.Path);
        });
        json.Number("object_bytes", statistics.ObjectBytes);
        json.Number("objects", statistics.Objects);
        json.Number("quarantined_files", statistics.QuarantinedFiles);
        json.Number("record_bytes", statistics.RecordBytes);
        json.Number("runs", statistics.Runs);
        json.Number("shared_bytes", statistics.SharedBytes);
        return json.Finish();
    }
}
