using Firn.Common.Json;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;

namespace Firn.Workflows;

/// <summary>Writes what came of a restore as a document (docs/formats/reports.md).</summary>
internal static class RestoredDocument
{
    private const string Schema = "firn.restored/1";

    public static byte[] Write(RestoreEnvironmentResult result)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        if (result is { Plan: { } plan, Restored: { } restored })
        {
            WriteRestored(json, result, plan, restored.Counts);
        }
        else
        {
            json.String("environment_id", result.EnvironmentId);
            json.String("prefix", result.Prefix);
            json.Boolean("was_there", true);
        }

        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>The document of a restore that could not begin.</summary>
    public static byte[] Write(WorkNotice.Obstacles notice)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("environment_id", notice.EnvironmentId);
        json.Strings("obstacles", notice.Items);
        json.String("prefix", notice.Prefix);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteRestored(CanonicalJsonWriter json, RestoreEnvironmentResult result, RestorePlan plan, RestoreCounts counts)
    {
        json.String("archive", plan.Archive.Digest?.ToString());
        json.Number("bytes", counts.Bytes);
        json.Number("cloned", counts.Cloned);
        json.Number("copied", counts.Copied);
        json.StartArray("differences");
        foreach (var difference in result.Verification?.Differences ?? [])
        {
            json.StartObject();
            json.String("captured", difference.First);
            json.String("name", difference.Name);
            json.String("restored", difference.Second);
            json.EndObject();
        }

        json.EndArray();
        json.String("environment_id", result.EnvironmentId);
        json.Boolean("equal", result.IsEqual);
        json.Number("linked", counts.Linked);
        json.String("prefix", result.Prefix);
        ProblemsJson.Write(json, result.Problems);
        json.String("python", plan.Base?.Executable);
        json.Boolean("was_there", false);
    }
}
