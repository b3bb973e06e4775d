using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Storage.Asimov;

/// <summary>Chooses what asimov sees of a store: of each file name in an analysis the last successful run's file.</summary>
internal sealed class AsimovProjection
{
    private readonly List<AsimovFile> _files = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _failures = [];
    private readonly string _storeId;

    private AsimovProjection(string storeId) => _storeId = storeId;

    public IReadOnlyList<AsimovFile> Files => _files;

    /// <summary>Files that are shown under another name, or not at all for a good reason.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Analyses that cannot be shown.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <exception cref="FirnException">A record is damaged.</exception>
    public static AsimovProjection Of(Store store, CancellationToken cancellation)
    {
        var projection = new AsimovProjection(store.Description.Id);
        foreach (var runs in new StoreListing(store).Analyses())
        {
            cancellation.ThrowIfCancellationRequested();
            projection.Add(runs);
        }

        return projection;
    }

    private void Add(AnalysisRuns runs)
    {
        if (!AsimovNames.IsSafePart(runs.Subject) || !AsimovNames.IsSafePart(runs.Name))
        {
            _failures.Add($"{runs.Reference} is left out: asimov cannot keep a name that holds / or begins with a dot");
            return;
        }

        // Newest first: the first that has a name is the last successful run's.
        var newest = new SortedDictionary<string, (RunResource Resource, int Number)>(StringComparer.Ordinal);
        foreach (var run in runs.NewestFirst())
        {
            if (run.Counts && run.Record.Status == RunStatus.Succeeded)
            {
                foreach (var resource in run.Record.Resources)
                {
                    newest.TryAdd(resource.Name, (resource, run.Record.Number));
                }
            }
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (resource, _) in newest.Values)
        {
            taken.Add(UuidOf(runs, resource));
        }

        // Plain names first: a flattened one must not take theirs.
        AddAll(runs, newest, taken, isFlat: true);
        AddAll(runs, newest, taken, isFlat: false);
    }

    private void AddAll(
        AnalysisRuns runs,
        SortedDictionary<string, (RunResource Resource, int Number)> newest,
        HashSet<string> taken,
        bool isFlat)
    {
        foreach (var (name, (resource, _)) in newest)
        {
            if (AsimovNames.IsSafePart(name) != isFlat)
            {
                continue;
            }

            if (resource.Size == 0)
            {
                _notes.Add($"{runs.Reference}: {name} is left out: it is empty, and asimov keeps one file of a content");
                continue;
            }

            var flat = AsimovNames.Flatten(name, taken.Contains);
            taken.Add(flat);
            if (flat != name)
            {
                _notes.Add($"{runs.Reference}: {name} is {flat} for asimov, which knows no folders");
            }

            _files.Add(new AsimovFile(
                runs.Subject, runs.Name, flat, resource.Digest, resource.Size, resource.Md5, UuidOf(runs, resource)));
        }
    }

    private string UuidOf(AnalysisRuns runs, RunResource resource) => AsimovNames.IsHex32(resource.Uuid)
        ? resource.Uuid
        : AsimovNames.DerivedUuid($"{_storeId}/{runs.Reference}/{resource.Name}/{resource.Digest}");
}

/// <summary>A file as an export shows it to asimov.</summary>
/// <param name="Event">The subject.</param>
/// <param name="Production">The analysis.</param>
/// <param name="FileName">One file name, no path.</param>
/// <param name="Digest">The content.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">32 lower-case hexadecimal digits.</param>
/// <param name="Uuid">32 lower-case hexadecimal digits.</param>
internal sealed record AsimovFile(
    string Event, string Production, string FileName, Sha256Digest Digest, long Size, string Md5, string Uuid)
{
    /// <summary>What messages call it.</summary>
    public string Title => $"{Event}/{Production}/{FileName}";
}
