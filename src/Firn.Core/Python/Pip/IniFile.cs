using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>A configuration file as Python's <c>configparser.RawConfigParser</c> reads it.</summary>
internal sealed class IniFile
{
    private const int Limit = 1 << 20;
    private readonly Dictionary<(string Section, string Key), string> _values = [];

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

    /// <summary>A value; <see langword="null"/> where it is not set. Keys may be written with dashes or underscores.</summary>
    public string? Value(string section, string key) => _values.GetValueOrDefault((section, key));

    private void Parse(string text)
    {
        var section = string.Empty;
        var key = string.Empty;
        foreach (var line in new TextLines(text))
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] is '#' or ';')
            {
                continue;
            }

            if (char.IsWhiteSpace(line[0]) && key.Length > 0)
            {
                _values[(section, key)] = string.Concat(_values[(section, key)], "\n", trimmed);
            }
            else if (trimmed[0] == '[' && trimmed.IndexOf(']') is > 0 and var end)
            {
                section = trimmed[1..end].ToString();
                key = string.Empty;
            }
            else if (trimmed.IndexOfAny('=', ':') is > 0 and var separator)
            {
                key = trimmed[..separator].TrimEnd().ToString().ToLowerInvariant().Replace('_', '-');
                _values[(section, key)] = trimmed[(separator + 1)..].Trim().ToString();
            }
        }
    }
}
