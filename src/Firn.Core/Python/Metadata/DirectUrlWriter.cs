using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Python.Metadata;

/// <summary>
/// Writes <c>direct_url.json</c> as pip does, byte for byte (pip: models/direct_url.py to_json; Direct URL data structure,
/// "Archive URLs"), so that whoever compares environments finds no difference; never with credentials.
/// </summary>
internal static class DirectUrlWriter
{
    /// <summary>
    /// Of a wheel that was fetched from a URL of its own; credentials are left out, and the fragment, whose digest has a
    /// place of its own (pip: utils/direct_url_helpers.py).
    /// </summary>
    public static string ForArchive(string url, IReadOnlyList<(string Algorithm, string Hex)> hashes)
    {
        var sorted = hashes
            .Select(hash => (Algorithm: hash.Algorithm.ToLowerInvariant(), Hex: hash.Hex.ToLowerInvariant()))
            .Where(hash => hash.Algorithm.Length > 0 && hash.Algorithm.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && Hex.Parse(hash.Hex) is not null)
            .DistinctBy(hash => hash.Algorithm)
            .OrderBy(hash => hash.Algorithm, StringComparer.Ordinal)
            .ToList();
        var text = new StringBuilder("{\"archive_info\": {");
        if (sorted.Count > 0)
        {
            // The older form, of which there is only one.
            var (algorithm, hex) = sorted.Find(hash => hash.Algorithm == "sha256") is { Hex: not null } best ? best : sorted[0];
            text.Append($"\"hash\": \"{algorithm}={hex}\", \"hashes\": {{");
            text.AppendJoin(", ", sorted.Select(hash => $"\"{hash.Algorithm}\": \"{hash.Hex}\"")).Append('}');
        }

        text.Append("}, \"url\": \"");
        Escape(text, Credentials.Remove(url.Split('#')[0]));
        return text.Append("\"}").ToString();
    }

    /// <summary>The text that another wrote without the credentials in its URL; every other byte stays as it is.</summary>
    public static string WithoutCredentials(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
            if (document.RootElement.Text("url") is { } url && Credentials.Remove(url) is { } clean && clean != url)
            {
                // A URL may be written with escapes: pip does so beyond ASCII.
                var written = document.RootElement.GetProperty("url").GetRawText();
                var escaped = new StringBuilder("\"");
                Escape(escaped, clean);
                return (written.Contains(url, StringComparison.Ordinal) ? json : json.Replace(written, escaped.Append('"').ToString(), StringComparison.Ordinal))
                    .Replace(url, clean, StringComparison.Ordinal);
            }

            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What cannot be read may hold anything.
            return "{}";
        }
    }

    /// <summary>As Python's <c>json.dumps</c>: everything beyond ASCII by its number.</summary>
    private static void Escape(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' => text.Append("\\u").Append(((int)c).ToString("x4")),
                _ => text.Append(c),
            };
        }
    }
}
