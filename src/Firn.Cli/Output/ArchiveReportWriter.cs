using Firn.Captures.Archives;
using Firn.Cli.Commands;
using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>Writes what was archived as a document, schema <c>firn.archive-report/1</c>.</summary>
internal static class ArchiveReportWriter
{
    public static byte[] Write(ArchiveReport report)
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
        WriteEdited(json, outcome?.Document);
        json.EndArray();
        json.String("environment_id", prepared.Plan.Capture.EnvironmentId);
        json.Number("files", prepared.FileCount);
        json.StartArray("left_out");
        foreach (var file in report.LeftOut)
        {
            json.StartObject();
            json.Boolean("missed", file.IsMissed ? true : null);
            json.String("path", file.Path);
            json.String("reason", file.Reason);
            json.EndObject();
        }

        json.EndArray();
        json.Boolean("new_record", outcome?.IsNew);
        json.Number("number", outcome?.Number);
        json.String("store", report.Store);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteEdited(CanonicalJsonWriter json, ArchiveDocument? document)
    {
        foreach (var tree in document?.Trees ?? [])
        {
            foreach (var package in tree.Packages)
            {
                foreach (var file in package.Edited)
                {
                    json.StartObject();
                    json.String("observed", file.Observed?.ToString());
                    json.String("package", package.Name);
                    json.String("path", file.Path);
                    json.String("recorded", file.Recorded);
                    json.EndObject();
                }
            }
        }
    }
}
