using System.Collections.Immutable;

namespace Firn.Python.Requirements;

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
                return new LineOptions { Reason = $"'{Shown(words[i])}' is no option of requirement files" };
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
        var shown = Common.Credentials.Remove(word);
        return shown.Length > 60 ? shown[..60] + "…" : shown;
    }
}
