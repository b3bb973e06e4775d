using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>
/// Finds the files that a name means: of one run where one is named, else each of the last successful run that has it.
/// </summary>
internal sealed class RunFileFinder(AnalysisRuns runs)
{
    /// <summary>Finds files.</summary>
    /// <param name="number">The run; <see langword="null"/> for the last successful one that has the file.</param>
    /// <param name="names">Names of files, or of folders; none for all files.</param>
    /// <returns>The files in the order of their names.</returns>
    /// <exception cref="FirnException">There is no such run or file.</exception>
    public IReadOnlyList<FoundResource> Find(int? number, IReadOnlyList<string> names)
    {
        var all = number is { } run ? OfRun(run) : OfSuccessfulRuns(names);
        var found = new SortedDictionary<string, FoundResource>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!Take(all, name.TrimEnd('/'), found))
            {
                throw Missing(number, name);
            }
        }

        return names.Count > 0 ? [.. found.Values] : [.. all.Values];
    }

    private SortedDictionary<string, FoundResource> OfRun(int number)
    {
        var run = FindRun(number);
        var found = new SortedDictionary<string, FoundResource>(StringComparer.Ordinal);
        AddTo(found, run.Record);
        return found;
    }

    private StoredRun FindRun(int number)
    {
        var run = runs.Find(number) ?? throw new FirnException(
            $"{runs.Reference} has no run {number}", $"`firn results list {runs.Reference}` lists them");
        return run.Counts ? run : throw new FirnException(
            run.Record.IsTombstone ? $"{runs.Reference}@{number} is not a run: it forgets run {run.Record.Forgets}"
                : $"{runs.Reference}@{number} is forgotten",
            $"`firn results list {runs.Reference}` lists the runs that are kept");
    }

    private SortedDictionary<string, FoundResource> OfSuccessfulRuns(IReadOnlyList<string> names)
    {
        var found = new SortedDictionary<string, FoundResource>(StringComparer.Ordinal);
        foreach (var run in runs.NewestFirst())
        {
            if (run.Counts && run.Record.Status == RunStatus.Succeeded)
            {
                AddTo(found, run.Record);
                if (names.Count > 0 && HasFiles(found, names))
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Whether every name is a file's: what older runs have cannot matter. A folder may have more in them.</summary>
    private static bool HasFiles(SortedDictionary<string, FoundResource> found, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!found.ContainsKey(name))
            {
                return false;
            }
        }

        return true;
    }

    private static void AddTo(SortedDictionary<string, FoundResource> found, RunRecord run)
    {
        foreach (var resource in run.Resources)
        {
            found.TryAdd(resource.Name, new FoundResource(resource, run.Number));
        }
    }

    private static bool Take(
        SortedDictionary<string, FoundResource> all, string name, SortedDictionary<string, FoundResource> found)
    {
        if (all.TryGetValue(name, out var exact))
        {
            found[name] = exact;
            return true;
        }

        var any = false;
        foreach (var (other, resource) in all)
        {
            if (other.StartsWith($"{name}/", StringComparison.Ordinal))
            {
                found[other] = resource;
                any = true;
            }
        }

        return any;
    }

    private FirnException Missing(int? number, string name)
    {
        if (number is { } run)
        {
            return new FirnException(
                $"{runs.Reference}@{run} has no file '{name}'", $"`firn results show {runs.Reference}@{run}` lists its files");
        }

        foreach (var stored in runs.NewestFirst())
        {
            if (stored.Counts && stored.Record.Resources.Any(resource => resource.Name == name))
            {
                return new FirnException(
                    $"no successful run of {runs.Reference} has a file '{name}', but a failed one has",
                    $"name the run: {runs.Reference}@{stored.Record.Number}");
            }
        }

        return runs.FindLast() == 0
            ? new FirnException($"the store has no results of {runs.Reference}", "`firn results list` lists the analyses")
            : new FirnException(
                $"{runs.Reference} has no file '{name}'", $"`firn results show {runs.Reference}` lists the files of its last run");
    }
}

/// <summary>A file of a run.</summary>
/// <param name="Resource">The file.</param>
/// <param name="Number">The run's number.</param>
internal sealed record FoundResource(RunResource Resource, int Number);
