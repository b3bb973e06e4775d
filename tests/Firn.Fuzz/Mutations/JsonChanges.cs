using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.Fuzz.Mutations;

/// <summary>
/// Every change of one member or item of a JSON document: another type, another value, gone, twice. Not by chance, so that
/// no member is missed.
/// </summary>
internal static class JsonChanges
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "9223372036854775808", "0.5", "\"\"", "[]", "{}", "[null]", "[[]]", "[{}]",
        "\"x\"", "\"\\u0000\"", "\"\\u001b[2J\\n\"", "\"..\"", "\"/\"", "\"../../x\"", "\"\\ud800\"", "\"sha256:\"", "\"9999-12-31T23:59:59+14:00\"",
    ];

    /// <summary>The documents, each with the path of what was changed.</summary>
    public static IEnumerable<(string Change, byte[] Content)> Of(byte[] document)
    {
        var root = JsonNode.Parse(document)!;
        foreach (var path in Paths(root, []))
        {
            var title = string.Join('.', path);
            foreach (var value in Values)
            {
                yield return ($"{title} = {value}", Changed(document, path, value));
            }

            yield return ($"{title} removed", Changed(document, path, null));
            yield return ($"{title} very deep", Changed(document, path, new string('[', 60) + new string(']', 60)));
            yield return ($"{title} too deep", Changed(document, path, new string('[', 5000) + new string(']', 5000)));
            yield return ($"{title} very long", Changed(document, path, $"\"{new string('a', 70_000)}\""));
            if (path[^1] is string name)
            {
                yield return ($"{title} twice", Changed(document, path, $"0, {JsonSerializer.Serialize(name)}: 0"));
            }
        }
    }

    /// <summary>The members and items of a node; of a long array the first and the last.</summary>
    private static IEnumerable<object[]> Paths(JsonNode? node, object[] above)
    {
        IEnumerable<(object Key, JsonNode? Value)> children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => ((object)i, item)).Where((_, i) => i == 0 || i == items.Count - 1),
            _ => [],
        };
        foreach (var (key, value) in children.ToList())
        {
            object[] path = [.. above, key];
            yield return path;
            foreach (var deeper in Paths(value, path))
            {
                yield return deeper;
            }
        }
    }

    private static byte[] Changed(byte[] document, object[] path, string? value)
    {
        const string mark = "firn-was-changed-here";
        var root = JsonNode.Parse(document)!;
        var parent = root;
        foreach (var key in path.AsSpan(0, path.Length - 1))
        {
            parent = key is int index ? parent[index]! : parent[(string)key]!;
        }

        if (value is null)
        {
            if (path[^1] is int index)
            {
                parent.AsArray().RemoveAt(index);
            }
            else
            {
                parent.AsObject().Remove((string)path[^1]);
            }
        }
        else if (path[^1] is int index)
        {
            parent[index] = mark;
        }
        else
        {
            parent[(string)path[^1]] = mark;
        }

        // Values that no node can hold, such as half of a surrogate pair, are put in as text.
        var text = root.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        return Encoding.UTF8.GetBytes((value is null ? text : text.Replace($"\"{mark}\"", value, StringComparison.Ordinal)) + "\n");
    }
}
