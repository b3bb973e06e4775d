using Firn.Common;
using Firn.Restore.Results;

namespace Firn.Restore.Unpacking;

/// <summary>What the threads that unpack bring back beside the files; any of them may add to it.</summary>
internal sealed class UnpackOutput
{
    private readonly Lock _lock = new();
    private readonly List<PendingLink> _links = [];
    private readonly HashSet<string> _conflicts = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly List<RelocatedFile> _relocated = [];

    public RestoreCounts Counts { get; } = new();

    /// <summary>The links, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<PendingLink> Links => _links;

    /// <summary>Paths that more than one package has; only when the threads have ended.</summary>
    public IReadOnlyCollection<string> Conflicts => _conflicts;

    /// <summary>What was met, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Scripts whose first line was put in another form, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<RelocatedFile> Relocated => _relocated;

    public void AddRelocated(RelocatedFile file)
    {
        lock (_lock)
        {
            _relocated.Add(file);
        }
    }

    public void AddLink(PendingLink link)
    {
        lock (_lock)
        {
            _links.Add(link);
        }
    }

    public void AddConflict(string path)
    {
        lock (_lock)
        {
            _conflicts.Add(path);
        }
    }

    public void AddProblem(Problem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
        }
    }
}
