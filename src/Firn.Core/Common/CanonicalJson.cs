using System.Text;
using System.Text.Json;

namespace Firn.Common;

/// <summary>Writes any JSON document in the canonical form, with every field that it has.</summary>
internal static class CanonicalJson
{
    public static byte[] Write(JsonElement document)
    {
        var json = new CanonicalJsonWriter();
        WriteValue(json, document);
        return json.WrittenDocument.ToArray();
    }

    /// <summary>Writes a value where the writer stands. JsonDocument has refused documents deeper than 64 levels.</summary>
    public static void WriteValue(CanonicalJsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(json, value);
                break;
            case JsonValueKind.Array:
                json.StartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteValue(json, item);
                }

                json.EndArray();
                break;
            case JsonValueKind.String:
                json.StringValue(value.GetString()!);
                break;
            default:
                json.Literal(Encoding.UTF8.GetBytes(value.GetRawText()));
                break;
        }
    }

    private static void WriteObject(CanonicalJsonWriter json, JsonElement value)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        json.StartObject();
        if (members.Remove("schema", out var schema))
        {
            json.Name("schema");
            WriteValue(json, schema);
        }

        foreach (var (name, member) in members)
        {
            json.Name(name);
            WriteValue(json, member);
        }

        json.EndObject();
    }
}
