using System.Collections.Immutable;

namespace Firn.Storage.Statistics;

/// <summary>How much a store keeps, and how much it spares.</summary>
internal sealed record StoreStatistics
{
    /// <summary>Files and documents.</summary>
    public int Objects { get; init; }

    public long ObjectBytes { get; init; }

    /// <summary>Bundles, without those of bytecode.</summary>
    public int Bundles { get; init; }

    public int BytecodeBundles { get; init; }

    /// <summary>What bundles, bytecode and indexes take on the disk.</summary>
    public long BundleBytesOnDisk { get; init; }

    /// <summary>What they are uncompressed.</summary>
    public long BundleBytes { get; init; }

    public int Analyses { get; init; }

    /// <summary>Runs that are not forgotten.</summary>
    public int Runs { get; init; }

    /// <summary>Archived environments that are not forgotten.</summary>
    public int Environments { get; init; }

    /// <summary>What the environments' bundles would take if each environment had its own, uncompressed.</summary>
    public long EnvironmentBytes { get; init; }

    /// <summary>The part of it that is shared: what each environment's own copies would take beyond one of each.</summary>
    public long SharedBytes { get; init; }

    /// <summary>Records, indexes of runs and all else outside objects and bundles.</summary>
    public long RecordBytes { get; init; }

    /// <summary>Files in quarantine.</summary>
    public int QuarantinedFiles { get; init; }

    /// <summary>The largest objects and bundles, the largest first.</summary>
    public ImmutableArray<LargeItem> Largest { get; init; } = [];

    public long BytesOnDisk => ObjectBytes + BundleBytesOnDisk + RecordBytes;
}
