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
    public bool IsWhole => Missing is null && !Problems.Any(IsOfSession);

    /// <summary>The first of those problems that is not the session's.</summary>
    public Problem? Missing => Problems.FirstOrDefault(IsMissing);

    /// <summary>Whether an environment that looks the same has the same archive: its problems would not be met again.</summary>
    public bool IsKnownByItsFiles => Problems.All(IsOfSession);

    /// <summary>When the files were looked at: what changed since, or in the same instant, is not known.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    /// <summary>Everything that was not archived, sorted by path, each once.</summary>
    public ImmutableArray<LeftOutFile> LeftOut => [.. Named(IsMissing, isMissed: true)
        .Concat(Trees.SelectMany(tree => tree.Sources).SelectMany(source => source.LeftOut))
        .DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>What PYTHONPATH adds: it is told, and not in the archive's document, which is the environment's.</summary>
    public IEnumerable<LeftOutFile> OfSession => Named(IsOfSession, isMissed: false);

    /// <summary>Bytes to read, bytecode with them.</summary>
    public long Size => Trees.SelectMany(tree => tree.Bundles).Sum(bundle => bundle.Size + bundle.BytecodeSize);

    /// <summary>Files and links to read.</summary>
    public int FileCount => Trees.SelectMany(tree => tree.Bundles).Sum(bundle => bundle.FileCount);

    private IEnumerable<LeftOutFile> Named(Func<Problem, bool> which, bool isMissed) =>
        Problems.Where(which).Select(problem => new LeftOutFile(problem.Path!, problem.Message, isMissed));

    private static bool IsMissing(Problem problem) => problem.Code is "code-not-archived" or "distribution-not-archived";

    private static bool IsOfSession(Problem problem) => problem.Code == "pythonpath-not-archived";
}
