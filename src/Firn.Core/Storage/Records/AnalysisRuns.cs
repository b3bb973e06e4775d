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

    /// <summary>The run that a reference means: that of the number, of whatever project, else the last that counts.</summary>
    /// <exception cref="FirnException">There is none, it is forgotten, or a record is damaged.</exception>
    public StoredRun Get(int? number)
    {
        var run = number is { } wanted ? GetRecord(wanted) : Last() ?? throw None();
        return run.Counts ? run : throw new FirnException(
            run.Record.Forgets is { } forgets ? $"{Reference}@{number} is not a run: it forgets run {forgets}" : $"{Reference}@{number} is forgotten",
            $"`firn results list {Reference}` lists the runs that are kept");
    }

    /// <summary>The record of a number, of whatever project: also that of a forgotten run, or a tombstone.</summary>
    /// <exception cref="FirnException">There is none, or a record is damaged.</exception>
    public StoredRun GetRecord(int number) => Find(number) ?? throw new FirnException(
        $"{Reference} has no run {number}", $"`firn results list {Reference}` lists those it has");

    /// <summary>The last run that counts; <see langword="null"/> where there is none.</summary>
    /// <exception cref="FirnException">A record is missing, damaged, or another analysis's.</exception>
    public StoredRun? Last() => NewestFirst().FirstOrDefault(static run => run.Counts);

    /// <summary>Says that there is no run that counts.</summary>
    public FirnException None() => None(chain.Store, Reference);

    /// <summary>The same of all analyses that are selected.</summary>
    public static FirnException None(string store, string selected) => new(
        $"the store {store} has no run of {selected}",
        $"`firn results list` lists the analyses, with --all-projects those of other projects too; {RequestSetting.Store:DIR} names another store");

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
