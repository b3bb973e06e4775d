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
        if (names.Count == 0 && all.Count == 0)
        {
            throw NoFiles(number);
        }

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
        var found = new SortedDictionary<string, FoundResource>(StringComparer.Ordinal);
        AddTo(found, runs.Get(number).Record);
        return found;
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

    private FirnException NoFiles(int? number) =>
        number is { } run ? new FirnException($"{runs.Reference}@{run} has no files", $"`firn results show {runs.Reference}@{run}` shows what it has")
        : runs.Last() is null ? runs.None()
        : new FirnException($"no successful run of {runs.Reference} has files", $"`firn results list {runs.Reference}` lists its runs");

    private FirnException Missing(int? number, string name)
    {
        if (number is { } run)
        {
            return new FirnException(
                $"{runs.Reference}@{run} has no file '{name}'", $"`firn results show {runs.Reference}@{run}` lists its files");
        }

        foreach (var stored in runs.NewestFirst())
        {
            if (stored.Counts && stored.Record.Resource(name) is not null)
            {
                return new FirnException(
                    $"no successful run of {runs.Reference} has a file '{name}', but a failed one has",
                    $"name the run: {runs.Reference}@{stored.Record.Number}");
            }
        }

        return runs.Last() is null ? runs.None() : new FirnException(
            $"{runs.Reference} has no file '{name}'", $"`firn results show {runs.Reference}` lists the files of its last run");
    }
}

/// <summary>A file of a run.</summary>
/// <param name="Resource">The file.</param>
/// <param name="Number">The run's number.</param>
internal sealed record FoundResource(RunResource Resource, int Number);
