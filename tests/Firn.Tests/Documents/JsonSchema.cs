using System.Text.Json;

namespace Firn.Tests.Documents;

/// <summary>The part of JSON Schema 2020-12 that the schemas in docs/formats use, to look members up in them.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    /// <summary>The paths of the members, and of values of another type, that the schema does not describe.</summary>
    public List<string> Undescribed(JsonElement document)
    {
        var found = new List<string>();
        Walk(document, root, "$", found);
        return found;
    }

    private void Walk(JsonElement value, JsonElement schema, string path, List<string> found)
    {
        schema = Follow(schema);
        if (!HasType(value, schema))
        {
            found.Add($"{path} is {value.ValueKind}");
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            WalkObject(value, schema, path, found);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Walk(item, schema.GetProperty("items"), path + "[]", found);
            }
        }
        else if (!IsAllowed(value, schema))
        {
            found.Add($"{path} = {value}");
        }
    }

    private void WalkObject(JsonElement value, JsonElement schema, string path, List<string> found)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var properties)
                && properties.TryGetProperty(member.Name, out var described))
            {
                Walk(member.Value, described, $"{path}.{member.Name}", found);
            }
            else if (schema.TryGetProperty("additionalProperties", out var others)
                && others.ValueKind == JsonValueKind.Object)
            {
                Walk(member.Value, others, $"{path}.*", found);
            }
            else
            {
                found.Add($"{path}.{member.Name}");
            }
        }

        foreach (var required in schema.TryGetProperty("required", out var names) ? names.EnumerateArray() : default)
        {
            if (!value.TryGetProperty(required.GetString()!, out _))
            {
                found.Add($"{path}.{required} is missing");
            }
        }
    }

    private JsonElement Follow(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference)
            ? root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..])
            : schema;

    private static bool HasType(JsonElement value, JsonElement schema)
    {
        var type = schema.TryGetProperty("type", out var given) ? given : default;
        return type.ValueKind switch
        {
            JsonValueKind.String => IsOf(value, type.GetString()!),
            JsonValueKind.Array => type.EnumerateArray().Any(one => IsOf(value, one.GetString()!)),
            _ => schema.TryGetProperty("const", out _) || schema.TryGetProperty("enum", out _),
        };
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static bool IsAllowed(JsonElement value, JsonElement schema) =>
        (!schema.TryGetProperty("enum", out var words)
            || words.EnumerateArray().Any(word => word.GetString() == value.GetString()))
        && (!schema.TryGetProperty("const", out var constant) || constant.ToString() == value.ToString())
        && (!schema.TryGetProperty("pattern", out var pattern)
            || System.Text.RegularExpressions.Regex.IsMatch(value.GetString()!, pattern.GetString()!));
}
