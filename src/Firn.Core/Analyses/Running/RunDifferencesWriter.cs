using System.Text.Json;
using Firn.Captures.Differences;
using Firn.Captures.Json;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>Writes the differences of two runs, those of their environments among them (docs/formats/execution.md).</summary>
internal static class RunDifferencesWriter
{
    public const string Schema = "firn.run-diff/1";

    public static byte[] Write(CaptureDifferences environments, IReadOnlyList<RunDifference> runs)
    {
        using var document = JsonDocument.Parse(DifferencesWriter.Write(environments));
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.StartArray("differences");
        foreach (var difference in runs)
        {
            json.StartObject();
            json.String("first", difference.First);
            json.String("kind", difference.Kind);
            json.String("name", difference.Name);
            json.String("second", difference.Second);
            json.EndObject();
        }

        json.EndArray();
        json.Name("environments");
        CanonicalJson.WriteValue(json, document.RootElement);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
