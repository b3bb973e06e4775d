using System.Collections.Immutable;
using Firn.Archives;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Host.Binaries;

namespace Firn.Restore.Planning;

/// <summary>All that a restore will do, known before anything is written.</summary>
internal sealed record RestorePlan
{
    public required RestoreRequest Request { get; init; }

    public required LocatedArchive Archive { get; init; }

    /// <summary>The capture that the archive belongs to; <see langword="null"/> where none is recorded.</summary>
    public Capture? Capture { get; init; }

    /// <summary>The trees, the environment first.</summary>
    public required ImmutableArray<RestoredTree> Targets { get; init; }

    /// <summary>The packages, the largest first.</summary>
    public required ImmutableArray<PackageRestore> Jobs { get; init; }

    /// <summary>The interpreter under a virtual environment; <see langword="null"/> where it is none.</summary>
    public BasePython? Base { get; init; }

    /// <summary>What makes the restore impossible, a line each; empty where it can begin.</summary>
    public ImmutableArray<MessageText> Obstacles { get; init; } = [];

    /// <summary>What the user should know though it stops nothing.</summary>
    public ImmutableArray<Problem> Notes { get; init; } = [];

    /// <summary>Bytes of all files, bytecode left out.</summary>
    public long Size => SumOf(static job => job.Package.Size);

    /// <summary>Files and links of all bundles, bytecode left out.</summary>
    public long FileCount => SumOf(static job => job.Package.FileCount);

    private long SumOf(Func<PackageRestore, long> value)
    {
        var sum = 0L;
        foreach (var job in Jobs)
        {
            sum += value(job);
        }

        return sum;
    }
}

/// <summary>What a restore is asked for.</summary>
internal sealed record RestoreRequest
{
    /// <summary>Where to, absolute, without a slash at its end.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether files are hard links into the cache of unpacked bundles.</summary>
    public bool Links { get; init; }

    /// <summary>Whether the bytes of the cache's files are compared before they are linked, whatever their times say.</summary>
    public bool ReadsCache { get; init; }

    /// <summary>Whether nothing in the prefix may be changed: one that several analyses share.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether an environment that is at the prefix is replaced, in one step, when the new one is whole.</summary>
    public bool Replaces { get; init; }

    /// <summary>Whether it goes into an image, where nothing of this machine counts.</summary>
    public bool IsForImage { get; init; }

    /// <summary>The Python for a virtual environment, as the user names it.</summary>
    public string? Python { get; init; }
}

/// <summary>The prefixes that compiled files were linked against, and where a restore puts them.</summary>
internal static class RunPathMoves
{
    public static List<RunPathMove> Of(RestorePlan plan)
    {
        var moves = new List<RunPathMove>();
        foreach (var target in plan.Targets)
        {
            moves.Add(new RunPathMove(target.Tree.Prefix, target.Root));
            foreach (var name in target.Tree.OtherNames)
            {
                moves.Add(new RunPathMove(name, target.Root));
            }
        }

        return moves;
    }
}
