using System.Collections.Immutable;
using System.Text;
using Firn.Common;

namespace Firn.Python.Wheels;

/// <summary>What Firn writes into the metadata folder of a wheel that it installs (Recording installed projects; Direct URL).</summary>
internal static class InstallerFiles
{
    /// <param name="isRequested">Whether the user asked for it, not another distribution.</param>
    /// <param name="directUrl">Where it was fetched from, if that was named itself; <see langword="null"/> for a file of an index.</param>
    /// <param name="hashes">The hashes of the wheel: algorithm and hexadecimal digits.</param>
    /// <returns>Texts by file name.</returns>
    public static ImmutableSortedDictionary<string, string> Compose(
        bool isRequested, string? directUrl, IReadOnlyList<(string Algorithm, string Hex)> hashes)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        files["INSTALLER"] = "firn\n";
        if (isRequested)
        {
            files["REQUESTED"] = string.Empty;
        }

        if (directUrl is not null)
        {
            files["direct_url.json"] = DirectUrlComposer.ForArchive(directUrl, hashes);
        }

        return files.ToImmutable();
    }
}

/// <summary>
/// Composes <c>direct_url.json</c> as pip does, byte for byte (pip: models/direct_url.py to_json; Direct URL data
/// structure, "Archive URLs"), so that whoever compares environments finds none.
/// </summary>
internal static class DirectUrlComposer
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
