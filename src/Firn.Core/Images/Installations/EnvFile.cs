using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Images.Installations;

/// <summary>
/// The <c>.env</c> of an installation: <c>KEY=VALUE</c> lines as Compose reads them (compose-go, dotenv) and as a shell
/// sources them, <c>${KEY}</c> of lines before included. It is read, never executed.
/// </summary>
internal sealed class EnvFile
{
    public const string FileName = ".env";

    private const int MaxLength = 256 * 1024;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    private EnvFile()
    {
    }

    /// <summary>The variables, the last of one name.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Lines that are no variables, and values that no image or engine takes.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>The line of a variable, counted from 1; 0 where there is none.</summary>
    public int LineOf(string key) => _lines.GetValueOrDefault(key);

    /// <summary>Reads the file.</summary>
    /// <returns><see langword="null"/> where there is none.</returns>
    /// <exception cref="FirnException">It is there and cannot be read.</exception>
    public static EnvFile? Read(string path)
    {
        var content = BoundedFile.Read(path, MaxLength);
        return content.Status switch
        {
            FileReadStatus.Missing => null,
            FileReadStatus.Read => Parse(Encoding.UTF8.GetString(content.Bytes), path),
            _ => throw new FirnException($"{path} cannot be read: {content.Reason}", "look at its permissions, and whether it is a file"),
        };
    }

    /// <summary>Reads its text.</summary>
    /// <param name="text">Lines that end in LF or CRLF.</param>
    /// <param name="path">Names the file in problems.</param>
    public static EnvFile Parse(string text, string path)
    {
        var file = new EnvFile();
        var number = 0;
        foreach (var line in text.TrimStart('\ufeff').Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (!file.TryAdd(trimmed))
            {
                file._problems.Add(new Problem("env-line-invalid", path, $"line {number} is not KEY=VALUE"));
            }
            else
            {
                file._lines[KeyOf(trimmed)!] = number;
            }
        }

        foreach (var (key, value) in file._values)
        {
            if (SettingsText.WhatIsWrong(key, value) is { } wrong)
            {
                file._problems.Add(new Problem("env-value-invalid", path, $"line {file._lines[key]}: {key}={value}: {wrong}"));
            }
        }

        return file;
    }

    /// <summary>The text with other values; a line keeps its place, a new variable comes last.</summary>
    public static string With(string text, ImmutableArray<KeyValuePair<string, string>> values)
    {
        var lines = text.TrimEnd('\n').Split('\n').ToList();
        foreach (var (key, value) in values)
        {
            var at = lines.FindLastIndex(line => KeyOf(line.Trim()) == key);
            if (at < 0)
            {
                lines.Add($"{key}={value}");
            }
            else
            {
                lines[at] = $"{key}={value}" + (lines[at].EndsWith('\r') ? "\r" : string.Empty);
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string? KeyOf(string line)
    {
        var key = line.IndexOf('=') is > 0 and var equals ? line[..equals].TrimEnd() : null;
        key = key?.StartsWith("export ", StringComparison.Ordinal) == true ? key["export ".Length..].Trim() : key;
        return key is not null && VariableText.IsName(key) ? key : null;
    }

    private bool TryAdd(string line)
    {
        if (KeyOf(line) is not { } key)
        {
            return false;
        }

        var value = line[(line.IndexOf('=') + 1)..].Trim();
        if (value.StartsWith('\''))
        {
            var end = value.IndexOf('\'', 1);
            if (end < 0)
            {
                return false;
            }

            _values[key] = value[1..end];
            return true;
        }

        if (value.StartsWith('"'))
        {
            if (ClosingQuote(value) is not { } end)
            {
                return false;
            }

            _values[key] = VariableText.Expand(Unescaped(value[1..end]), Find, out _);
            return true;
        }

        // A comment behind a plain value begins after a blank.
        var comment = value.StartsWith('#') ? 0 : value.IndexOf(" #", StringComparison.Ordinal);
        _values[key] = VariableText.Expand(comment < 0 ? value : value[..comment].TrimEnd(), Find, out _);
        return true;
    }

    private string? Find(string name) => _values.GetValueOrDefault(name);

    private static int? ClosingQuote(string value)
    {
        for (var i = 1; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
            }
            else if (value[i] == '"')
            {
                return i;
            }
        }

        return null;
    }

    private static string Unescaped(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);
}
