using System.Collections.Immutable;
using Firn.Captures;
using Firn.Captures.Archives.Locating;
using Firn.Common;

namespace Firn.Restore.Planning;

/// <summary>All that a restore will do, known before anything is written.</summary>
internal sealed record RestorePlan
{
    public required RestoreRequest Request { get; init; }

    public required LocatedArchive Archive { get; init; }

    /// <summary>The capture that the archive belongs to; <see langword="null"/> where none is recorded.</summary>
    public Capture? Capture { get; init; }

    /// <summary>The trees, the environment first.</summary>
    public required ImmutableArray<TreeTarget> Targets { get; init; }

    /// <summary>The packages, the largest first.</summary>
    public required ImmutableArray<PackageJob> Jobs { get; init; }

    /// <summary>The interpreter under a virtual environment; <see langword="null"/> where it is none.</summary>
    public BasePython? Base { get; init; }

    /// <summary>What makes the restore impossible, a line each; empty where it can begin.</summary>
    public ImmutableArray<string> Obstacles { get; init; } = [];

    /// <summary>What the user should know though it stops nothing.</summary>
    public ImmutableArray<Problem> Notes { get; init; } = [];

    /// <summary>Bytes of all files, bytecode left out.</summary>
    public long Size => SumOf(static job => job.Package.Size);

    /// <summary>Files and links of all bundles, bytecode left out.</summary>
    public long FileCount => SumOf(static job => job.Package.FileCount);

    private long SumOf(Func<PackageJob, long> value)
    {
        var sum = 0L;
        foreach (var job in Jobs)
        {
            sum += value(job);
        }

        return sum;
    }
}
