using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives.Planning;

/// <summary>What an archive of an environment will hold; its size is known before a file is read.</summary>
internal sealed class ArchivePlan
{
    public required Capture Capture { get; init; }

    /// <summary>The environment, then the interpreter under it where that is archived too.</summary>
    public required IReadOnlyList<PlannedTree> Trees { get; init; }

    /// <summary>What was met that is doubtful.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>Whether the archive has all code that the environment imports; what it lacks is among the problems.</summary>
    public bool IsWhole => Missing is null;

    /// <summary>The first of those problems.</summary>
    public Problem? Missing => Problems.FirstOrDefault(static problem => problem.Code is AddedCode.NotArchived or "distribution-not-archived");

    /// <summary>When the files were looked at: what changed since, or in the same instant, is not known.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    /// <summary>The plan for an environment that is archived already.</summary>
    public static ArchivePlan Nothing(Capture capture, DateTimeOffset lookedAt) =>
        new() { Capture = capture, Trees = [], Problems = [], LookedAt = lookedAt };

    /// <summary>Everything that was not archived, sorted by path, each once.</summary>
    public ImmutableArray<LeftOutFile> LeftOut => [.. Trees.SelectMany(tree => tree.Sources)
        .SelectMany(source => source.LeftOut)
        .DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>Bytes to read, bytecode with them.</summary>
    public long Size => Trees.SelectMany(tree => tree.Bundles).Sum(bundle => bundle.Size + bundle.BytecodeSize);

    /// <summary>Files and links to read.</summary>
    public int FileCount => Trees.SelectMany(tree => tree.Bundles).Sum(bundle => bundle.FileCount);
}
