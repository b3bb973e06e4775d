using Firn.Captures.Verification;
using Firn.Common;

namespace Firn.Captures.Json;

/// <summary>Writes the document of <c>firn verify --json</c> (docs/formats/verification.md).</summary>
internal static class VerificationWriter
{
    public const string Schema = "firn.verification/1";

    // In the order of the enumeration's members.
    private static readonly WordTable States = new("missing", "edited", "unreadable", "added");

    public static byte[] Write(VerificationResult result)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.Number("bytes_read", result.ByteCount);
        json.String("captured_environment_id", result.CapturedId);
        DifferencesWriter.WriteItems(json, "differences", result.Differences);
        json.Boolean("equal", result.AreEqual);
        json.StartArray("files");
        foreach (var file in result.Files)
        {
            json.StartObject();
            json.String("observed", file.Observed);
            json.String("owner", file.Owner);
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
            json.String("state", States.Word((int)file.State));
            json.EndObject();
        }

        json.EndArray();
        json.Number("files_read", result.FileCount);
        json.StartArray("not_compared");
        foreach (var part in result.Uncompared)
        {
            json.StartObject();
            json.String("advice", part.Advice);
            json.String("code", part.Code);
            json.Number("files", part.Count);
            json.String("message", part.Message);
            json.EndObject();
        }

        json.EndArray();
        DifferencesWriter.WriteItems(json, "notes", result.Notes);
        json.String("observed_environment_id", result.ObservedId);
        json.String("prefix", result.Prefix);
        json.Boolean("read_data", result.ReadsData);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>The state as the document has it.</summary>
    public static string Word(FileState state) => States.Word((int)state);
}
