using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Workflows;

/// <summary>A record of an analysis in a store: a run, or a tombstone that takes one out.</summary>
public sealed record StoredResult
{
    internal StoredResult(StoredRun run) => Run = run;

    /// <summary>What is analysed.</summary>
    public string Subject => Run.Record.Subject;

    /// <summary>The analysis.</summary>
    public string Name => Run.Record.Name;

    /// <summary>Its number in the analysis, from 1 on.</summary>
    public int Number => Run.Record.Number;

    /// <summary><c>SUBJECT/NAME@N</c>.</summary>
    public string Reference => $"{Subject}/{Name}@{Number}";

    /// <summary>Of the record's bytes.</summary>
    public Sha256Digest Digest => Run.Digest;

    /// <summary>When it was kept.</summary>
    public DateTimeOffset Created => Run.Record.Created;

    /// <summary>Whether it succeeded; of a run alone.</summary>
    public RunStatus Status => Run.Record.Status;

    /// <summary>The number of the run that a tombstone takes out; <see langword="null"/> for a run.</summary>
    public int? Forgets => Run.Record.Forgets;

    /// <summary>Whether a tombstone takes it out.</summary>
    public bool IsForgotten => Run.IsForgotten;

    /// <summary>Whether it is a run that is not forgotten.</summary>
    public bool Counts => Run.Counts;

    /// <summary>Its files, in the order of their names.</summary>
    public ImmutableArray<StoredResultFile> Files =>
        [.. Run.Record.Resources.Select(static resource => new StoredResultFile(resource.Name, resource.Size, resource.Digest))];

    /// <summary>The environments that it was built and ran in.</summary>
    public ImmutableArray<StoredResultEnvironment> Environments =>
    [
        .. Run.Record.Environments.Select(static environment => new StoredResultEnvironment(
            environment.When, environment.EnvironmentId, environment.Archive is not null)),
    ];

    /// <summary>The run and its record.</summary>
    internal StoredRun Run { get; }

    /// <summary>Writes the record, the document <c>firn.run/1</c>, as it stands in the store, UTF-8.</summary>
    public void WriteJson(Stream stream) => stream.Write(RunRecordJson.Write(Run.Record));
}

/// <summary>A file of a run in the store.</summary>
/// <param name="Name">Relative, with <c>/</c> between its parts.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">Of its bytes.</param>
public sealed record StoredResultFile(string Name, long Size, Sha256Digest Digest);

/// <summary>An environment of a run in the store.</summary>
/// <param name="When"><c>build</c> or <c>run</c>.</param>
/// <param name="EnvironmentId">The environment.</param>
/// <param name="IsArchived">Whether its bytes were archived with the run.</param>
public sealed record StoredResultEnvironment(string When, string EnvironmentId, bool IsArchived);

/// <summary>An analysis that has records in a store.</summary>
public sealed record StoredAnalysis
{
    internal StoredAnalysis(AnalysisRuns runs) => Runs = runs;

    /// <summary>What is analysed.</summary>
    public string Subject => Runs.Subject;

    /// <summary>The analysis.</summary>
    public string Name => Runs.Name;

    /// <summary><c>SUBJECT/NAME</c>.</summary>
    public string Reference => Runs.Reference;

    /// <summary>Its records, in the store.</summary>
    internal AnalysisRuns Runs { get; }

    /// <summary>
    /// Its records, the newest first, forgotten runs and tombstones among them. Each is read when its turn comes, so that
    /// the last one of many costs one.
    /// </summary>
    /// <exception cref="FirnException">A record is missing or damaged.</exception>
    public IEnumerable<StoredResult> NewestFirst() => Runs.NewestFirst().Select(static run => new StoredResult(run));
}

/// <summary>The analyses that a store has records of.</summary>
/// <param name="Store">The store's folder, absolute.</param>
/// <param name="Analyses">In the order of their names.</param>
public sealed record StoredAnalyses(string Store, ImmutableArray<StoredAnalysis> Analyses)
{
    /// <summary>Writes the document <c>firn.results/1</c>, all records of each analysis with their files, UTF-8.</summary>
    /// <exception cref="FirnException">A record is missing or damaged.</exception>
    public void WriteJson(Stream stream) =>
        stream.Write(ResultsDocument.Write([.. Analyses.Select(static analysis => analysis.Runs)]));
}

/// <summary>What to keep as a run.</summary>
public sealed record AddResultsRequest
{
    /// <summary><c>SUBJECT/NAME</c>.</summary>
    public required string Analysis { get; init; }

    /// <summary>Files and folders; folders are taken whole, with their paths.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>How the run ended.</summary>
    public RunStatus Status { get; init; } = RunStatus.Succeeded;

    /// <summary>Whether files are kept that may hold passwords, tokens or keys.</summary>
    public bool WithSecrets { get; init; }
}

/// <summary>What came of keeping files.</summary>
public sealed record AddResultsResult
{
    /// <summary>The run.</summary>
    public required StoredResult Run { get; init; }

    /// <summary>The files that it keeps, and how many of them the store had already.</summary>
    public required WorkCounts Counts { get; init; }

    /// <summary>What the folders hold and was left out.</summary>
    public ImmutableArray<ResultFileNote> LeftOut { get; init; } = [];

    /// <summary>What is kept although it may hold passwords, tokens or keys.</summary>
    public ImmutableArray<ResultFileNote> Secret { get; init; } = [];
}

/// <summary>A file, and why it is worth a word.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="Reason">Why, for a person, without a final period.</param>
public sealed record ResultFileNote(string Path, MessageText Reason);

/// <summary>Which files of a run to write where.</summary>
public sealed record FetchResultsRequest
{
    /// <summary><c>SUBJECT/NAME@N</c>; without <c>@N</c> each file comes from the last successful run that has it.</summary>
    public required string Run { get; init; }

    /// <summary>Files or folders of the run; none for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The folder in which each file gets its name, made where it does not exist; <see langword="null"/> for the current one.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// In place of <see cref="Folder"/>, as <c>cp</c> has it: the new path of a file that is named alone, unless a folder is
    /// there or the path ends in a separator; else a folder.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>What a single file's digest must be, a SHA-256 or an MD5: <c>sha256:HEX</c>, <c>md5:HEX</c>, or the digits alone.</summary>
    public string? Hash { get; init; }

    /// <summary>Whether files that are there are replaced.</summary>
    public bool Overwrites { get; init; }
}

/// <summary>A file that was written, every byte of it compared with its digest.</summary>
/// <param name="File">The file of the run.</param>
/// <param name="Run">The run, <c>SUBJECT/NAME@N</c>.</param>
/// <param name="Path">Where it is, absolute.</param>
public sealed record FetchedResult(StoredResultFile File, string Run, string Path);

/// <summary>A run that was taken out.</summary>
/// <param name="Run">The run, <c>SUBJECT/NAME@N</c>.</param>
/// <param name="WasForgotten">Whether it was forgotten already.</param>
/// <param name="Freed">What only it needed; <see langword="null"/> where <paramref name="Failure"/> says why that is not known.</param>
/// <param name="Failure">The damage that stood in the way of counting; the run is forgotten all the same.</param>
public sealed record ForgottenResult(string Run, bool WasForgotten, FreedFiles? Freed, FirnException? Failure);
