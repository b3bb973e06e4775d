namespace Firn.Conda.Linking;

/// <summary>What symbolic links of a prefix hold.</summary>
internal static class CondaLinkText
{
    /// <summary>
    /// The text that a link has in a bundle: one that holds the prefix itself becomes relative, so that it leads to the
    /// same file wherever the prefix is; any other stays.
    /// </summary>
    /// <param name="path">The link, relative to the prefix.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="prefixes">What the prefix is called.</param>
    public static string Relative(string path, string text, IReadOnlyList<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal)
                && (text.Length == prefix.Length || text[prefix.Length] == '/'))
            {
                return FromFolder(path, text[prefix.Length..].Trim('/'));
            }
        }

        return text;
    }

    /// <summary>Where a link leads, relative to the prefix, empty for the prefix itself; <see langword="null"/> where it leads out.</summary>
    public static string? Follow(string path, string text)
    {
        if (text.Length == 0 || text[0] == '/')
        {
            return null;
        }

        var parts = new List<string>(path.Split('/'));
        parts.RemoveAt(parts.Count - 1);
        foreach (var part in text.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private static string FromFolder(string path, string target)
    {
        var from = path.Split('/');
        var to = target.Length == 0 ? [] : target.Split('/');
        var shared = 0;
        while (shared < from.Length - 1 && shared < to.Length - 1 && from[shared] == to[shared])
        {
            shared++;
        }

        var parts = new List<string>();
        for (var i = shared; i < from.Length - 1; i++)
        {
            parts.Add("..");
        }

        parts.AddRange(to[shared..]);
        return parts.Count == 0 ? "." : string.Join('/', parts);
    }
}
