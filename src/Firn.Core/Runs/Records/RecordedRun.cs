using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Runs.Records;

/// <summary>The last run of an analysis, as the store has it.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Execution">What it did.</param>
/// <param name="Capture">Its environment.</param>
internal sealed record RecordedRun(RunRecord Record, Execution Execution, Capture Capture)
{
    /// <summary>Reads the run that a state names; <see langword="null"/> where the store does not have exactly that one.</summary>
    public static RecordedRun? Read(RunState? state, string reference, Store store)
    {
        if (state is not { Number: { } number, Record: { } digest } || state.Store != store.Path)
        {
            return null;
        }

        try
        {
            var parsed = AnalysisReference.ParseAnalysis(reference);
            var run = store.Runs(parsed.Subject, parsed.Name).Find(number);
            return run is { Counts: true } && run.Digest == digest ? Of(run.Record, store) : null;
        }
        catch (FirnException)
        {
            // A damaged record is found by `firn store check`; here it is as if there were none, and the analysis runs.
            return null;
        }
    }

    /// <summary>The run of a record; <see langword="null"/> where the record is not a command's.</summary>
    /// <exception cref="FirnException">One of its documents is damaged.</exception>
    public static RecordedRun? Of(RunRecord record, Store store)
    {
        if (record.Kind != RunKinds.Run || record.Resource(RunFileNames.Execution)?.Digest is not { } document
            || record.RanIn?.Capture is not { } capture)
        {
            return null;
        }

        return new RecordedRun(
            record,
            ExecutionReader.Read(store.Files.Read(document, ExecutionReader.Limit), store.Files.PathOf(document)),
            CaptureReader.Read(store, capture).Capture);
    }
}

/// <summary>How the last run of an analysis went, in its run directory (docs/formats/execution.md).</summary>
internal sealed record RunState
{
    public const string Schema = "firn.run-state/1";
    private const int MaxBytes = 64 * 1024;

    public required DateTimeOffset Started { get; init; }

    /// <summary><see langword="null"/> while it runs, and for ever where it was killed.</summary>
    public DateTimeOffset? Ended { get; init; }

    public int? ExitCode { get; init; }

    public bool HasSucceeded { get; init; }

    /// <summary>The store's folder.</summary>
    public string? Store { get; init; }

    /// <summary>The number of the run's record in the store; <see langword="null"/> where it could not be kept.</summary>
    public int? Number { get; init; }

    /// <summary>The digest of that record.</summary>
    public Sha256Digest? Record { get; init; }

    /// <summary>
    /// What the file system said, before the run, of the code that its archive does not hold; <see langword="null"/> in
    /// states of earlier versions.
    /// </summary>
    public Sha256Digest? Code { get; init; }

    /// <summary>
    /// The digest with the project's own key of what the run's record has masked; <see langword="null"/> where that is nothing,
    /// or is not known.
    /// </summary>
    public Sha256Digest? Secrets { get; init; }

    /// <summary>Reads a state; <see langword="null"/> where there is none, or none that can be read.</summary>
    public static RunState? Read(string path)
    {
        var content = BoundedFile.Read(path, MaxBytes);
        return content.IsComplete ? JsonFields.TryRead(content.Memory, Read) : null;
    }

    public byte[] Write() => JsonMembers.Write(Schema, this, Table);

    private static RunState? Read(JsonElement root) =>
        root.Text("schema") == Schema ? JsonMembers.Read<RunState>(root, Table) : null;

    private static RunState Table(JsonMembers json, RunState? state) => new()
    {
        Code = json.Digest("code", state?.Code),
        Ended = json.Time("ended", state?.Ended),
        ExitCode = (int?)json.Number("exit_code", state?.ExitCode),
        Number = json.Count("number", state?.Number) is > 0 and var number ? number : null,
        Record = json.Digest("record", state?.Record),
        Secrets = json.Digest("secrets", state?.Secrets),
        Started = json.RequiredTime("started", state?.Started),
        Store = json.Text("store", state?.Store),
        HasSucceeded = json.Flag("succeeded", state?.HasSucceeded) == true,
    };
}
