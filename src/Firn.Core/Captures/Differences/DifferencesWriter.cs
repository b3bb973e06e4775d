using Firn.Captures.Documents;
using Firn.Common.Json;

namespace Firn.Captures.Differences;

/// <summary>Writes the document of <c>firn diff --json</c> (docs/formats/diff.md).</summary>
internal static class DifferencesWriter
{
    public const string Schema = "firn.diff/1";

    // In the order of the enumerations' members.
    private static readonly EnumWords Kinds =
        new("interpreter", "package", "conda-package", "native-library", "variable", "host");

    private static readonly EnumWords Changes = new("added", "removed", "changed", "contents");

    public static byte[] Write(CaptureDifferences differences)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        WriteItems(json, "differences", differences.Items);
        json.Boolean("equal", differences.AreEqual);
        json.Boolean("equal_environments", differences.HaveEqualEnvironments);
        json.String("first_environment_id", differences.FirstId);
        json.String("second_environment_id", differences.SecondId);
        return json.Finish();
    }

    /// <summary>Writes differences as an array.</summary>
    public static void WriteItems(CanonicalJsonWriter json, string name, IReadOnlyList<Difference> items)
    {
        json.Objects(name, items, item =>
        {
            json.String("change", Changes.Word((int)item.Change));
            json.String("first", item.First);
            json.String("kind", Kinds.Word((int)item.Kind));
            json.String("name", item.Name);
            json.String("second", item.Second);
        });
    }
}
