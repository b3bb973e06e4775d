using System.Collections.Immutable;
using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Runs.Observation;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>Reads what a run did, and what it really used of its environment.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="selection">
/// Which store, and whose runs; <see langword="null"/> for those that a command without options takes.
/// </param>
public sealed class ReadRun(SystemContext systemContext, StoreSelection? selection = null)
{
    /// <summary>Finds a run; what it did is read when it is asked for.</summary>
    /// <param name="run"><c>SUBJECT/NAME@N</c>; without <c>@N</c> the last run that is not forgotten.</param>
    /// <exception cref="FirnException">There is no store or no such run, or a record is damaged.</exception>
    public RunDetails Run(string run)
    {
        var store = (selection ?? new StoreSelection()).Open(systemContext);
        var reference = AnalysisReference.Parse(run);
        return new RunDetails(store, store.Runs(reference.Subject, reference.Name).Get(reference.Number));
    }
}

/// <summary>A run of a store, and the documents that <c>firn run</c> keeps with it.</summary>
public sealed class RunDetails
{
    private const string Schema = "firn.show/1";
    private const int MaxDocumentBytes = 64 * 1024 * 1024;
    private readonly Store _store;

    internal RunDetails(Store store, StoredRun run)
    {
        _store = store;
        Result = new StoredResult(run);
    }

    /// <summary>The run: its record, its files, its environments.</summary>
    public StoredResult Result { get; }

    /// <summary>What it did, from its <c>run.json</c>; empty where it has none, or one of a version that says less.</summary>
    /// <exception cref="FirnException">The file is damaged, or no such document.</exception>
    public RunExecution ReadExecution() => Read(RunFileNames.Execution) is { } bytes
        ? JsonFields.Read(bytes, RunExecution.Of)
        : new RunExecution();

    /// <summary>What it imported and loaded, from its <c>observation.json</c>; <see langword="null"/> where it has none.</summary>
    /// <exception cref="FirnException">The file is damaged, or no such document.</exception>
    public RunObservation? ReadObservation() => Read(RunFileNames.Observation) is { } bytes
        ? ObservationDocument.Read(bytes, $"{RunFileNames.Observation} of {Result.Reference}")
        : null;

    /// <summary>The requirements of what it imported: the lines of <c>pip freeze</c> of those distributions, LF behind each.</summary>
    /// <exception cref="FirnException">It was not observed, has no capture, or one of both is damaged.</exception>
    public string ReadRequirements()
    {
        var observation = ReadObservation() ?? throw new FirnException(
            $"{Result.Reference} was not observed: what it imported is not known", $"run it without {RequestSetting.NoObservation}");
        var name = Capture.FileName;
        var capture = Read(name) is { } bytes
            ? CaptureReader.Read(bytes, $"{name} of {Result.Reference}").Capture
            : throw new FirnException($"{Result.Reference} has no {name}", "`firn run` keeps one with each run");
        return UsedRequirements.Write(observation, capture);
    }

    /// <summary>Writes the document <c>firn.show/1</c>: the record, and both documents as they are, UTF-8.</summary>
    /// <exception cref="FirnException">One of them is damaged, or no JSON.</exception>
    public void WriteJson(Stream stream)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        Member("execution", Read(RunFileNames.Execution));
        Member("observation", Read(RunFileNames.Observation));
        Member("run", RunRecordJson.Write(Result.Run.Record));
        stream.Write(json.Finish());

        void Member(string name, byte[]? document)
        {
            if (document is not null)
            {
                using var parsed = JsonDocument.Parse(document);
                json.Name(name);
                CanonicalJson.WriteValue(json, parsed.RootElement);
            }
        }
    }

    /// <summary>A JSON file of the run; <see langword="null"/> where it has none of this name.</summary>
    private byte[]? Read(string name)
    {
        if (Result.Run.Record.Resource(name) is not { } resource)
        {
            return null;
        }

        var bytes = _store.Files.Read(resource.Digest, MaxDocumentBytes);
        Check(bytes, name);
        return bytes;
    }

    /// <summary>Anybody may have added a file of that name: `firn results add` keeps what it is given.</summary>
    private void Check(byte[] bytes, string name)
    {
        // A text that is none, half of a surrogate pair, is found out only when it is taken.
        _ = JsonFields.Read(
            bytes,
            static root =>
            {
                var json = new CanonicalJsonWriter();
                CanonicalJson.WriteValue(json, root);
                return json;
            },
            (reason, exception) => new FirnException(
                $"{name} of {Result.Reference} cannot be read: {reason}",
                $"`firn results fetch {Result.Reference} {name}` gives it as it is",
                innerException: exception));
    }
}

/// <summary>What a run did, as its <c>run.json</c> says, of whatever version; what that does not say is empty.</summary>
public sealed record RunExecution
{
    /// <summary>The program and its arguments; a secret has <c>***</c> in its place.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>When it was started, UTC, ISO 8601.</summary>
    public string? Started { get; init; }

    /// <summary>How many milliseconds it took.</summary>
    public long? Milliseconds { get; init; }

    /// <summary>Its exit code; 128 and the signal's number where a signal ended it.</summary>
    public long? ExitCode { get; init; }

    /// <summary>The name of the signal that ended it, for example <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>The name of the image in whose container it ran; <see langword="null"/> where it was none.</summary>
    public string? Image { get; init; }

    /// <summary>The container engine that ran it, for example <c>docker 28.2.2</c>; <see langword="null"/> where none did.</summary>
    public string? Engine { get; init; }

    /// <summary>What changed in the environment since the build, one line each.</summary>
    public ImmutableArray<string> ChangesSinceBuild { get; init; } = [];

    /// <summary>The declared outputs that nothing was found for.</summary>
    public ImmutableArray<string> MissingOutputs { get; init; } = [];

    internal static RunExecution Of(JsonElement root) => new()
    {
        Command = root.Texts("command"),
        Started = root.Text("started"),
        Milliseconds = root.Number("milliseconds"),
        ExitCode = root.Number("exit_code"),
        Signal = root.Text("signal"),
        Image = root.Object("image")?.Text("name"),
        Engine = root.Object("image")?.Text("engine"),
        ChangesSinceBuild = root.Texts("changes_since_build"),
        MissingOutputs = root.Texts("missing_outputs"),
    };
}
