using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;

namespace Firn.Archives.Plans;

/// <summary>What an archive of an environment will hold; its size is known before a file is read.</summary>
internal sealed class ArchivePlan
{
    public required Capture Capture { get; init; }

    /// <summary>The environment, then the interpreter under it where that is archived too.</summary>
    public required IReadOnlyList<PlannedTree> Trees { get; init; }

    /// <summary>What was met that is doubtful.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>The first problem of code that the environment imports and the archive lacks.</summary>
    public Problem? Missing => Problems.FirstOrDefault(IsMissing);

    /// <summary>Whether an environment that looks the same has the same archive: its problems would not be met again.</summary>
    public bool IsKnownByItsFiles => Problems.All(IsOfSession);

    /// <summary>When the files were looked at: what changed since, or in the same instant, is not known.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    /// <summary>Everything that was not archived, sorted by path, each once.</summary>
    public ImmutableArray<SkippedFile> LeftOut => [.. Named(IsMissing, isMissed: true)
        .Concat(Trees.SelectMany(tree => tree.Sources).SelectMany(source => source.LeftOut))
        .DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>What PYTHONPATH adds: it is told, and not in the archive's document, which is the environment's.</summary>
    public IEnumerable<SkippedFile> OfSession => Named(IsOfSession, isMissed: false);

    private IEnumerable<SkippedFile> Named(Func<Problem, bool> which, bool isMissed) =>
        Problems.Where(which).Select(problem => new SkippedFile(problem.Path!, problem.Message, isMissed));

    private static bool IsMissing(Problem problem) => problem.Code is "code-not-archived" or "distribution-not-archived";

    private static bool IsOfSession(Problem problem) => problem.Code == "pythonpath-not-archived";
}

/// <summary>What an archive holds.</summary>
internal sealed record ArchiveOptions
{
    /// <summary>Whether the operating system's interpreter is archived too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>Whether every file is read, also where nothing says that it has changed.</summary>
    public bool ReadsAll { get; init; }
}

/// <summary>A prefix of an archive to be: what the document will say of it, and the bundles that are to be made.</summary>
internal sealed class PlannedTree
{
    public required ArchivedTreeKind Kind { get; init; }

    /// <summary>The prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Every absolute path by which the prefix is written in its files, <see cref="Prefix"/> first.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    public required string PythonVersion { get; init; }

    public required string PythonFolder { get; init; }

    /// <summary>Relative to the prefix.</summary>
    public required string SitePackages { get; init; }

    public required string CacheTag { get; init; }

    /// <summary>Relative to the prefix.</summary>
    public required string Executable { get; init; }

    /// <summary>Relative to the base's prefix.</summary>
    public string? BaseExecutable { get; init; }

    /// <summary>The prefix itself, and folders elsewhere whose packages it sees.</summary>
    public List<InstalledTree> Sources { get; } = [];

    public List<PlannedBundle> Bundles { get; } = [];

    /// <summary>Texts that are not a distribution's: activation scripts, <c>.pth</c> files.</summary>
    public List<PlannedText> Texts { get; } = [];

    public List<ArchivedLink> Links { get; } = [];
}

/// <summary>A file whose text goes into the document.</summary>
/// <param name="Path">Relative to the prefix, as it will be restored.</param>
/// <param name="File">The file.</param>
/// <param name="Tree">The tree that it is in.</param>
internal sealed record PlannedText(string Path, TreeFile File, InstalledTree Tree);
