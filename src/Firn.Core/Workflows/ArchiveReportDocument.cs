using Firn.Archives.Documents;
using Firn.Common.Json;

namespace Firn.Workflows;

/// <summary>Writes what was archived as a document, schema <c>firn.archive-report/1</c>.</summary>
internal static class ArchiveReportDocument
{
    public static byte[] Write(ArchiveEnvironmentResult report)
    {
        var outcome = report.Outcome;
        var prepared = report.Prepared;
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", "firn.archive-report/1");
        json.String("archive", outcome?.Digest.ToString());
        json.StartObject("bundles");
        json.Number("changed", prepared.Changed.Count);
        json.Number("unchanged", prepared.Unchanged.Count);
        json.EndObject();
        json.StartObject("bytes");
        json.Number("read", outcome?.Progress.Bytes);
        json.Number("stored", outcome?.Progress.Stored);
        json.Number("there", outcome?.Progress.There);
        json.Number("to_read", prepared.Size);
        json.Number("unchanged", prepared.UnchangedSize);
        json.EndObject();
        json.String("capture", outcome?.Capture?.ToString());
        json.StartArray("edited");
        foreach (var file in report.Edited)
        {
            json.StartObject();
            json.String("observed", file.Observed?.ToString());
            json.String("package", file.Package);
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
            json.EndObject();
        }

        json.EndArray();
        json.String("environment_id", prepared.Plan.Capture.EnvironmentId);
        json.Number("files", prepared.FileCount);
        ArchiveWriter.WriteLeftOut(json, report.LeftOut);
        json.Boolean("new_record", outcome?.IsNew);
        json.Number("number", outcome?.Number);
        json.String("store", report.Store);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
