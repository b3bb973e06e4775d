using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Records;

namespace Firn.Reports.Exports;

/// <summary>
/// A run as asimov's ledger has a production, in JSON, which is YAML: every scalar is quoted, so that a name of digits
/// stays one (provenance in docs/provenance.md).
/// </summary>
internal static class AsimovMetadata
{
    // asimov's words for a production whose results are stored, and for one that needs a person.
    private const string Stored = "uploaded";
    private const string Stuck = "stuck";

    public static byte[] Write(ExportedRun run)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        WriteEnvironment(json, run);
        json.String("event", run.Record.Subject);
        WriteExecution(json, run);
        json.String("name", run.Record.Name);
        json.StartObject("results");
        foreach (var resource in run.Outputs)
        {
            json.StartObject(resource.Name);
            json.String("hash", resource.Md5);
            json.String("sha256", resource.Digest.Hex);
            json.String("uuid", resource.Uuid);
            json.EndObject();
        }

        json.EndObject();
        json.String("status", run.Record.Status == RunStatus.Succeeded ? Stored : Stuck);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>asimov's block; the time has a key of its own, since <c>captured_at</c> is a flag there.</summary>
    private static void WriteEnvironment(CanonicalJsonWriter json, ExportedRun run)
    {
        (string Key, string Name)[] files =
        [
            ("conda", CaptureFileNames.Conda),
            ("conda_explicit", CaptureFileNames.CondaExplicit),
            ("metadata", Capture.FileName),
            ("pip", CaptureFileNames.Pip),
            ("system", CaptureFileNames.System),
        ];
        var kept = files.Where(file => run.Record.Resource(file.Name) is not null).ToList();
        if (run.Capture is null && kept.Count == 0)
        {
            return;
        }

        json.StartObject("environment");
        json.Boolean("captured_at", true);
        if (run.Capture is { } capture)
        {
            json.String("captured_time", TimeText.Of(capture.Timestamp));
            json.String("environment_id", capture.EnvironmentId);
        }

        json.StartObject("files");
        foreach (var (key, name) in kept)
        {
            json.String(key, name);
        }

        json.EndObject();
        json.EndObject();
    }

    private static void WriteExecution(CanonicalJsonWriter json, ExportedRun run)
    {
        json.StartObject("firn");
        if (run.Execution is { } execution)
        {
            json.Strings("command", execution.Command);
            json.String("commit", execution.Code?.Commit);
            json.String("ended", TimeText.Of(execution.Ended));
            json.Number("exit_code", execution.ExitCode);
        }

        json.String("record", run.Run.Digest.ToString());
        json.Number("run", run.Record.Number);
        json.String("started", run.Execution is { } started ? TimeText.Of(started.Started) : null);
        json.String("stored", TimeText.Of(run.Record.Created));
        json.EndObject();
    }
}
