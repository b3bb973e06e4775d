using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python;

/// <summary>A configuration file as Python's <c>configparser.RawConfigParser</c> reads it.</summary>
internal sealed class IniFile
{
    private const int Limit = 1 << 20;

    // By section, then by key: a long name is then hashed once and not for each of its lines.
    private readonly Dictionary<string, Dictionary<string, StringBuilder>> _sections = new(StringComparer.Ordinal);

    private IniFile()
    {
    }

    /// <summary>Reads a file; <see langword="null"/> where there is none or it is too large.</summary>
    public static IniFile? Read(string path)
    {
        if (BoundedFile.ReadText(path, Limit) is not { } text)
        {
            return null;
        }

        var file = new IniFile();
        file.Parse(text);
        return file;
    }

    /// <summary>
    /// A value; <see langword="null"/> where it is not set. Keys may be written with dashes or underscores. What
    /// <c>[DEFAULT]</c> says holds in each section that there is.
    /// </summary>
    public string? Value(string section, string key) =>
        !_sections.TryGetValue(section, out var values) ? null
        : values.TryGetValue(key, out var value)
            || (_sections.TryGetValue("DEFAULT", out var inherited) && inherited.TryGetValue(key, out value)) ? value.ToString() : null;

    private void Parse(string text)
    {
        var section = Section(string.Empty);
        StringBuilder? value = null;
        foreach (var line in new TextLines(text))
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] is '#' or ';')
            {
                continue;
            }

            if (char.IsWhiteSpace(line[0]) && value is not null)
            {
                value.Append('\n').Append(trimmed);
            }
            else if (trimmed[0] == '[' && trimmed.IndexOf(']') is > 0 and var end)
            {
                section = Section(trimmed[1..end].ToString());
                value = null;
            }
            else if (trimmed.IndexOfAny('=', ':') is > 0 and var separator)
            {
                var key = trimmed[..separator].TrimEnd().ToString().ToLowerInvariant().Replace('_', '-');
                key = key.StartsWith("--", StringComparison.Ordinal) ? key[2..] : key;
                value = new StringBuilder().Append(trimmed[(separator + 1)..].Trim());
                section[key] = value;
            }
        }
    }

    private Dictionary<string, StringBuilder> Section(string name)
    {
        if (!_sections.TryGetValue(name, out var values))
        {
            values = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
            _sections.Add(name, values);
        }

        return values;
    }
}
