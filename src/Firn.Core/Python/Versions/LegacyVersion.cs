namespace Firn.Python.Versions;

/// <summary>
/// A version as packaging ordered it before version 22: what PEP 440 does not know comes before all that it knows, in
/// setuptools' old order (packaging 21: version.py, LegacyVersion and _legacy_cmpkey).
/// </summary>
internal sealed class LegacyVersion : IComparable<LegacyVersion>
{
    private readonly Pep440Version? _version;
    private readonly List<string> _parts;

    private LegacyVersion(Pep440Version? version, List<string> parts)
    {
        _version = version;
        _parts = parts;
    }

    /// <summary>Any text is a version.</summary>
    public static LegacyVersion Parse(string text) =>
        Pep440Version.Parse(text) is { } version ? new(version, []) : new(null, PartsOf(text.ToLowerInvariant()));

    /// <inheritdoc/>
    public int CompareTo(LegacyVersion? other)
    {
        if (other is null || (_version is not null && other._version is null))
        {
            return 1;
        }

        return other._version is null ? CompareParts(other._parts) : _version?.CompareTo(other._version) ?? -1;
    }

    private int CompareParts(List<string> other)
    {
        for (var i = 0; i < Math.Min(_parts.Count, other.Count); i++)
        {
            var order = string.CompareOrdinal(_parts[i], other[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return _parts.Count.CompareTo(other.Count);
    }

    private static List<string> PartsOf(string text)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            var end = EndOfPart(text, at);
            Add(parts, Translate(text[at..end]));
            at = end;
        }

        Add(parts, "*final");
        return parts;
    }

    /// <summary>A part is a number, a run of letters, a dot, a dash, or a run of anything else.</summary>
    private static int EndOfPart(string text, int start)
    {
        var kind = KindOf(text[start]);
        var end = start + 1;
        while (kind < 3 && end < text.Length && KindOf(text[end]) == kind)
        {
            end++;
        }

        return end;
    }

    private static int KindOf(char c) =>
        char.IsAsciiDigit(c) ? 0 : char.IsAsciiLetterLower(c) ? 1 : c is '.' or '-' ? 3 : 2;

    private static string? Translate(string part) => part switch
    {
        "." => null,
        "pre" or "preview" or "rc" => "*c",
        "-" => "*final-",
        "dev" => "*@",
        _ => char.IsAsciiDigit(part[0]) ? part.PadLeft(8, '0') : "*" + part,
    };

    private static void Add(List<string> parts, string? part)
    {
        if (part is null)
        {
            return;
        }

        if (part[0] == '*')
        {
            while (string.CompareOrdinal(part, "*final") < 0 && parts.Count > 0 && parts[^1] == "*final-")
            {
                parts.RemoveAt(parts.Count - 1);
            }

            while (parts.Count > 0 && parts[^1] == "00000000")
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        parts.Add(part);
    }
}
