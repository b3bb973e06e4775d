using Firn.Common;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>The runs of one analysis.</summary>
/// <param name="chain">Its records.</param>
/// <param name="subject">What is analysed.</param>
/// <param name="name">The analysis.</param>
/// <param name="project">The project whose runs are meant, and that new ones belong to; <see langword="null"/> for those of all.</param>
internal sealed class AnalysisRuns(RecordChain chain, string subject, string name, RunProject? project = null)
{
    public string Subject { get; } = subject;

    public string Name { get; } = name;

    /// <summary>Its name for people and on command lines.</summary>
    public string Reference => $"{Subject}/{Name}";

    /// <summary>The number of the last record, 0 where there is none.</summary>
    public int FindLast() => chain.FindLast();

    /// <summary>All records of the project, the newest first: so a tombstone is met before what it takes out.</summary>
    /// <exception cref="FirnException">A record is missing, damaged, or another analysis's.</exception>
    public IEnumerable<StoredRun> NewestFirst()
    {
        foreach (var run in OfAllProjects())
        {
            if (project is null || project.Includes(run.Record))
            {
                yield return run;
            }
        }
    }

    private IEnumerable<StoredRun> OfAllProjects()
    {
        var forgotten = new HashSet<int>();
        for (var number = chain.FindLast(); number > 0; number--)
        {
            var run = ReadOne(number)
                ?? throw StoreFailure.Damaged(chain.Folder, $"the record {number} is missing");
            if (run.Record.Forgets is { } forgets)
            {
                forgotten.Add(forgets);
            }

            yield return forgotten.Contains(number) ? run with { IsForgotten = true } : run;
        }
    }

    /// <summary>One run, of whatever project; <see langword="null"/> where there is none of that number.</summary>
    /// <exception cref="FirnException">A record is missing, damaged, or another analysis's.</exception>
    public StoredRun? Find(int number)
    {
        // Whether it is forgotten is said by a record after it.
        foreach (var run in OfAllProjects())
        {
            if (run.Record.Number <= number)
            {
                return run.Record.Number == number ? run : null;
            }
        }

        return null;
    }

    /// <summary>Appends a record.</summary>
    /// <param name="draft">All but its place in the chain.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    public StoredRun Append(RunRecord draft, CancellationToken cancellation)
    {
        draft = draft with { Project = draft.Project ?? project };
        var written = draft;
        var entry = chain.Append(
            (number, previous) =>
            {
                written = draft with { Number = number, Previous = previous };
                return RunRecordJson.Write(written);
            },
            cancellation);
        return new StoredRun(written, entry.Digest, IsForgotten: false);
    }

    private StoredRun? ReadOne(int number)
    {
        if (chain.Read(number) is not { } entry)
        {
            return null;
        }

        var path = chain.PathOf(number);
        var record = RunRecordJson.Read(entry.Bytes, path);
        if (record.Number != number || record.Subject != Subject || record.Name != Name)
        {
            throw StoreFailure.Damaged(path, $"it is the record of {record.Subject}/{record.Name}@{record.Number}");
        }

        return new StoredRun(record, entry.Digest, IsForgotten: false);
    }
}

/// <summary>A run as it stands in its chain.</summary>
/// <param name="Record">What was written.</param>
/// <param name="Digest">Of the record's bytes.</param>
/// <param name="IsForgotten">Whether a tombstone takes it out.</param>
internal sealed record StoredRun(RunRecord Record, Sha256Digest Digest, bool IsForgotten)
{
    /// <summary>Whether its files count: no tombstone, and none for it.</summary>
    public bool Counts => !IsForgotten && !Record.IsTombstone;
}
