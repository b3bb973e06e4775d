namespace Firn.Git.Configuration;

/// <summary>The configuration that holds in a repository: every line of every scope, in git's order.</summary>
/// <param name="Entries">The lines.</param>
/// <param name="IsInvalid">Whether git would refuse to read it; the lines up to the fault are there.</param>
internal sealed record GitConfig(IReadOnlyList<GitConfigEntry> Entries, bool IsInvalid)
{
    /// <summary>The value that wins, which is the last one; <see langword="null"/> where there is none.</summary>
    public string? Get(string key)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (string.Equals(Entries[i].Key, key, StringComparison.Ordinal))
            {
                return Entries[i].Value ?? "true";
            }
        }

        return null;
    }

    /// <summary>The value as git reads booleans (git: parse.c); the default where it is unset or no boolean.</summary>
    public bool GetBoolean(string key, bool whenUnset)
    {
        var value = Get(key);
        return value is null ? whenUnset : Boolean(value) ?? whenUnset;
    }

    /// <summary>What git takes the text for; <see langword="null"/> if it is not a boolean.</summary>
    public static bool? Boolean(string value)
    {
        if (value.Length == 0)
        {
            return false;
        }

        if (Is(value, "true") || Is(value, "yes") || Is(value, "on"))
        {
            return true;
        }

        if (Is(value, "false") || Is(value, "no") || Is(value, "off"))
        {
            return false;
        }

        return long.TryParse(value, out var number) ? number != 0 : null;
    }

    private static bool Is(string value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>One line of a git configuration.</summary>
/// <param name="Key">The name as git prints it: section and variable in lower case, subsection as written.</param>
/// <param name="Value">The value; <see langword="null"/> where the line has no <c>=</c>.</param>
internal sealed record GitConfigEntry(string Key, string? Value);
