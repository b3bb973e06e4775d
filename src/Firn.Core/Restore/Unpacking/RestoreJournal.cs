using Firn.Captures.Verification;
using Firn.Common;
using Firn.Restore.Planning;
using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>What the threads that unpack bring back beside the files; any of them may add to it.</summary>
internal sealed class RestoreJournal
{
    private readonly Lock _lock = new();
    private readonly List<PendingSymlink> _links = [];
    private readonly HashSet<string> _conflicts = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, RelocatedFile> _relocated = new(StringComparer.Ordinal);
    private int _withoutBinding;

    public RestoreCounts Counts { get; } = new();

    /// <summary>The links, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<PendingSymlink> Links => _links;

    /// <summary>Paths that more than one package has; only when the threads have ended.</summary>
    public IReadOnlyCollection<string> Conflicts => _conflicts;

    /// <summary>What was met, in any order; only when the threads have ended.</summary>
    public IReadOnlyList<Problem> Problems => _withoutBinding == 0 ? _problems : [.. _problems, WithoutBinding()];

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

    public void AddLink(PendingSymlink link)
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

    /// <summary>
    /// Whether a package's compiled files are in the store, and are those that the archive means; else it is said why they
    /// are left out.
    /// </summary>
    public bool HasBytecode(PackageRestore job, BundleObjects bundles)
    {
        var (bundle, tag) = (job.Package.Bundle, job.Target.Tree.CacheTag);
        if (!job.Package.HasBytecode)
        {
            return false;
        }

        if (job.Package.Bytecode is not { } meant)
        {
            Interlocked.Increment(ref _withoutBinding);
            return false;
        }

        if (!bundles.ContainsBytecode(bundle, tag))
        {
            AddMissingBytecode(job);
            return false;
        }

        if (bundles.BytecodeDigest(bundle, tag) != meant)
        {
            AddProblem(new Problem(
                "bytecode-replaced",
                bundle.ToString(),
                $"the compiled files of {job.Name} in the store are not those that were archived: left out, Python makes them again"));
            return false;
        }

        return true;
    }

    /// <summary>Says that a package's compiled files, which the archive had, are no longer in the store.</summary>
    private void AddMissingBytecode(PackageRestore job) => AddProblem(new Problem(
        "bytecode-missing", job.Package.Bundle.ToString(), $"the compiled files of {job.Name} are not in the store"));

    private Problem WithoutBinding() => Problem.Naming(
        "bytecode-unbound",
        null,
        $"the compiled files of {_withoutBinding} {(_withoutBinding == 1 ? "package" : "packages")} are left out: an older firn "
            + $"archived them and did not note which they are; {RequestSetting.Compiles} makes them again");
}

/// <summary>A symbolic link that is made when all files are there.</summary>
/// <param name="Path">Relative to the restored prefix.</param>
/// <param name="Target">Where it leads.</param>
/// <param name="Rank">The rank of the package that has it.</param>
internal sealed record PendingSymlink(string Path, string Target, int Rank);

/// <summary>How far a restore is. Threads add to it while another one shows it.</summary>
internal sealed class RestoreCounts
{
    private long _copied;
    private long _cloned;
    private long _linked;
    private long _bytes;

    /// <summary>Files that are there, however they came.</summary>
    public long Files => Copied + Cloned + Linked;

    /// <summary>Bytes of those files.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long Copied => Interlocked.Read(ref _copied);

    public long Cloned => Interlocked.Read(ref _cloned);

    public long Linked => Interlocked.Read(ref _linked);

    public void Add(LinkMode mode, long files, long bytes)
    {
        switch (mode)
        {
            case LinkMode.HardLink:
                Interlocked.Add(ref _linked, files);
                break;
            case LinkMode.Reflink:
                Interlocked.Add(ref _cloned, files);
                break;
            default:
                Interlocked.Add(ref _copied, files);
                break;
        }

        Interlocked.Add(ref _bytes, bytes);
    }
}

/// <summary>How files came into a restored prefix.</summary>
internal enum LinkMode
{
    /// <summary>Written from the bundles, or copied from the cache of unpacked ones.</summary>
    Copy,

    /// <summary>Sharing blocks with files of the cache, until either is changed.</summary>
    Reflink,

    /// <summary>Another name of a file of the cache.</summary>
    HardLink,
}
