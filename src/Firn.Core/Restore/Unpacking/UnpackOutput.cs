using Firn.Common;
using Firn.Restore.Planning;
using Firn.Restore.Results;

namespace Firn.Restore.Unpacking;

/// <summary>What the threads that unpack bring back beside the files; any of them may add to it.</summary>
internal sealed class UnpackOutput
{
    private readonly Lock _lock = new();
    private readonly List<PendingLink> _links = [];
    private readonly HashSet<string> _conflicts = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, RelocatedFile> _relocated = new(StringComparer.Ordinal);

    public RestoreCounts Counts { get; } = new();

    /// <summary>The links, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<PendingLink> Links => _links;

    /// <summary>Paths that more than one package has; only when the threads have ended.</summary>
    public IReadOnlyCollection<string> Conflicts => _conflicts;

    /// <summary>What was met, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>
    /// Scripts whose first line was put in another form, and compiled files that came relocated, in any order; only
    /// when the threads have ended.
    /// </summary>
    public IReadOnlyCollection<RelocatedFile> Relocated => _relocated.Values;

    /// <summary>Whether there is a note of the file.</summary>
    public bool IsRelocated(string path)
    {
        lock (_lock)
        {
            return _relocated.ContainsKey(path);
        }
    }

    /// <summary>Notes the file; a note for the same path is of a file that is no longer there.</summary>
    public void AddRelocated(RelocatedFile file)
    {
        lock (_lock)
        {
            _relocated[file.Path] = file;
        }
    }

    /// <summary>Takes the note of a path out: its file is removed.</summary>
    public void RemoveRelocated(string path)
    {
        lock (_lock)
        {
            _relocated.Remove(path);
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

    /// <summary>Says that a package's compiled files, which the archive had, are no longer in the store.</summary>
    public void AddMissingBytecode(PackageJob job) => AddProblem(new Problem(
        "bytecode-missing", job.Package.Bundle.ToString(), $"the compiled files of {job.Name} are not in the store"));
}
