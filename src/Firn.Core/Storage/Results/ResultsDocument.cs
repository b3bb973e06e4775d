using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>Writes what <c>firn results list --json</c> prints: analyses with all their runs, the oldest first.</summary>
internal static class ResultsDocument
{
    public const string Schema = "firn.results/1";

    /// <exception cref="FirnException">A record is missing or damaged.</exception>
    public static byte[] Write(IReadOnlyList<AnalysisRuns> analyses)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Objects("analyses", analyses, analysis =>
        {
            json.String("name", analysis.Name);
            json.StartArray("runs");
            var runs = analysis.NewestFirst().ToList();
            runs.Reverse();
            foreach (var run in runs)
            {
                WriteRun(json, run);
            }

            json.EndArray();
            json.String("subject", analysis.Subject);
        });
        return json.Finish();
    }

    private static void WriteRun(CanonicalJsonWriter json, StoredRun run)
    {
        var record = run.Record;
        json.StartObject();
        json.String("created", TimeText.Of(record.Created));
        json.String("digest", run.Digest.ToString());
        if (!record.IsTombstone)
        {
            new JsonMembers(json).Objects<RunEnvironment>("environments", record.Environments, RunRecordJson.Environment);
            json.Boolean("forgotten", run.IsForgotten);
        }

        json.Number("forgets", record.Forgets);
        json.String("kind", record.Kind);
        json.Number("number", record.Number);
        json.String("previous", record.Previous?.ToString());
        if (!record.IsTombstone)
        {
            new JsonMembers(json).Objects<RunResource>("resources", record.Resources, RunRecordJson.Resource);
            json.String("status", RunRecordJson.Word(record.Status));
        }

        json.EndObject();
    }
}
