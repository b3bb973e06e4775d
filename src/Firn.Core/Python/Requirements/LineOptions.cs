using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Python.Indexes;

namespace Firn.Python.Requirements;

/// <summary>The options of a line of a requirement file, in order, and what is wrong with them.</summary>
internal sealed record LineOptions
{
    /// <summary>The options: long names without dashes, and values; empty for switches.</summary>
    public ImmutableArray<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>Why they cannot be read; nothing of the line counts then.</summary>
    public string? Reason { get; init; }

    /// <summary>The first value of an option; <see langword="null"/> where it is not given.</summary>
    public string? First(string name)
    {
        foreach (var option in Options)
        {
            if (option.Name == name)
            {
                return option.Value;
            }
        }

        return null;
    }

    /// <summary>The last value of an option; <see langword="null"/> where it is not given.</summary>
    public string? Last(string name)
    {
        string? value = null;
        foreach (var option in Options)
        {
            value = option.Name == name ? option.Value : value;
        }

        return value;
    }

    /// <summary>All values of an option.</summary>
    public IEnumerable<string> All(string name) => Options.Where(option => option.Name == name).Select(option => option.Value);
}

/// <summary>Reads the options that pip takes in requirement files, as optparse does (pip: req/req_file.py SUPPORTED_OPTIONS).</summary>
internal static class LineOptionParser
{
    private static readonly string[] WithValue =
    [
        "index-url", "pypi-url", "extra-index-url", "constraint", "requirement", "editable", "find-links", "no-binary", "only-binary",
        "trusted-host", "use-feature", "global-option", "config-settings", "config-setting", "hash",
    ];

    private static readonly string[] Switches = ["no-index", "prefer-binary", "require-hashes", "pre"];

    /// <summary>Where the options begin: at the first word between blanks that starts with a dash (pip: break_args_options).</summary>
    public static (string Requirement, string Options) Break(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '-' && (i == 0 || line[i - 1] == ' '))
            {
                return (line[..i].TrimEnd(' '), line[i..]);
            }
        }

        return (line, string.Empty);
    }

    /// <summary>The options in a text.</summary>
    public static LineOptions Parse(string text)
    {
        if (ShellWords.Split(text) is not { } words)
        {
            return new LineOptions { Reason = "a quote of its options is not closed" };
        }

        var options = ImmutableArray.CreateBuilder<(string, string)>();
        for (var i = 0; i < words.Count; i++)
        {
            if (NameOf(words[i], out var value) is not { } name)
            {
                return new LineOptions { Reason = $"'{Shown(words[i])}' is not an option of requirement files" };
            }

            if (Array.IndexOf(Switches, name) < 0)
            {
                if (value is null && ++i == words.Count)
                {
                    return new LineOptions { Reason = $"--{name} lacks its value" };
                }

                value ??= words[i];
            }

            options.Add((Canonical(name), value ?? string.Empty));
        }

        return new LineOptions { Options = options.DrainToImmutable() };
    }

    private static string? NameOf(string word, out string? value)
    {
        value = null;
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            value = equals < 0 ? null : word[(equals + 1)..];
            var name = LongName(equals < 0 ? word[2..] : word[2..equals]);
            return value is not null && Array.IndexOf(Switches, name) >= 0 ? null : name;
        }

        if (word.Length < 2 || word[0] != '-')
        {
            return null;
        }

        value = word.Length > 2 ? word[2..] : null;
        return word[1] switch
        {
            'i' => "index-url",
            'c' => "constraint",
            'r' => "requirement",
            'e' => "editable",
            'f' => "find-links",
            'C' => "config-settings",
            _ => null,
        };
    }

    /// <summary>optparse takes the beginning of a long name where only one begins so.</summary>
    private static string? LongName(string name)
    {
        string? found = null;
        foreach (var candidate in WithValue.Concat(Switches))
        {
            if (candidate == name)
            {
                return candidate;
            }

            if (name.Length > 0 && candidate.StartsWith(name, StringComparison.Ordinal))
            {
                if (found is not null && Canonical(found) != Canonical(candidate))
                {
                    return null;
                }

                found = candidate;
            }
        }

        return found;
    }

    private static string Canonical(string name) => name switch
    {
        "pypi-url" => "index-url",
        "config-setting" => "config-settings",
        _ => name,
    };

    private static string Shown(string word)
    {
        var shown = Firn.Common.Credentials.Remove(word);
        return shown.Length > 60 ? shown[..60] + "…" : shown;
    }
}

/// <summary>Splits options into words as <c>shlex.split</c> does: blanks, both quotes and backslashes.</summary>
internal static class ShellWords
{
    /// <summary>The words; <see langword="null"/> where a quote is open or a backslash ends the text.</summary>
    public static List<string>? Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isOpen = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (isOpen)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isOpen = false;
                }

                continue;
            }

            isOpen = true;
            if (c is '\'' or '"')
            {
                i = ReadQuoted(text, i, word);
            }
            else if (c == '\\')
            {
                i++;
                word.Append(i < text.Length ? text[i] : '\0');
            }
            else
            {
                word.Append(c);
            }

            if (i >= text.Length)
            {
                return null;
            }
        }

        if (isOpen)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Where the closing quote is; the text's length where there is none.</summary>
    private static int ReadQuoted(string text, int start, StringBuilder word)
    {
        var quote = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return i;
            }

            // Within double quotes a backslash is one, unless it stands before a quote or another.
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\'))
            {
                i++;
            }

            word.Append(text[i]);
        }

        return text.Length;
    }
}

/// <summary>The options of a line without a requirement, which hold for all (pip: req/req_file.py handle_option_line).</summary>
internal static class LineIndexOptions
{
    /// <summary>What holds after the line.</summary>
    public static IndexOptions Add(IndexOptions before, LineOptions line, string file, SystemContext systemContext)
    {
        var formats = ImmutableArray.CreateBuilder<FormatChange>();
        foreach (var (name, value) in line.Options)
        {
            if (name is "no-binary" or "only-binary")
            {
                formats.Add(new FormatChange(name == "no-binary", value));
            }
        }

        return before.Then(new IndexOptions
        {
            IndexUrl = IndexConfiguration.Location(line.Last("index-url"), systemContext),
            ExtraIndexUrls = [.. line.All("extra-index-url").Select(url => IndexConfiguration.Location(url, systemContext)).OfType<string>()],
            FindLinks = line.First("find-links") is { } place && Place(place, file, systemContext) is { } links ? [links] : [],
            NoIndex = line.First("no-index") is not null,
            Formats = formats.DrainToImmutable(),
            RequireHashes = line.First("require-hashes") is not null,
            TrustedHosts = [.. line.All("trusted-host")],
        });
    }

    /// <summary>A path of <c>--find-links</c> starts from the file's folder if something is there, else from the current one.</summary>
    private static string? Place(string place, string file, SystemContext systemContext)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(IndexUrl.ToPath(file) ?? file, systemContext.CurrentDirectory));
        var beside = place.Contains('\0', StringComparison.Ordinal) || place.Contains("://", StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(place, folder ?? systemContext.CurrentDirectory);
        return beside is not null && Path.Exists(beside) ? beside : IndexConfiguration.Location(place, systemContext);
    }
}
