namespace Firn.Python.Requirements;

/// <summary>URLs and paths in requirement files (pip: req/constructors.py, vcs/versioncontrol.py is_url).</summary>
internal static class RequirementUrl
{
    private static readonly string[] Schemes = ["http", "https", "file", "ftp"];
    private static readonly string[] Systems = ["git", "hg", "bzr", "svn", "ssh"];

    /// <summary>Whether the text is a URL that pip knows.</summary>
    public static bool IsUrl(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0)
        {
            return false;
        }

        var scheme = text[..colon].ToString().ToLowerInvariant();
        return Array.IndexOf(Schemes, scheme) >= 0 || IsVersionControl(text);
    }

    /// <summary>Whether it names a repository: <c>git+https://...</c>, <c>hg+...</c>, <c>bzr+...</c>, <c>svn+...</c>.</summary>
    public static bool IsVersionControl(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        var plus = text.IndexOf('+');
        return plus > 0 && plus < colon && Array.IndexOf(Systems, text[..plus].ToString().ToLowerInvariant()) is >= 0 and < 4;
    }

    /// <summary>Whether the text is a path and no requirement: it has a slash or starts with a dot, or ends as archives do.</summary>
    public static bool LooksLikePath(ReadOnlySpan<char> text) =>
        !HasReferenceForm(text)
        && (text.Contains('/') || text.StartsWith(".") || text.EndsWith(".whl") || Firn.Python.Indexes.SdistFileName.HasExtension(text.ToString()))
        && !text.ContainsAny("<>=!~");

    /// <summary>The path and the extras behind it, <c>./project[test]</c> (pip: _strip_extras).</summary>
    public static (string Path, string Extras) SplitExtras(string text)
    {
        var open = text.EndsWith(']') ? text.LastIndexOf('[') : -1;
        return open > 0 ? (text[..open], text[open..]) : (text, string.Empty);
    }

    /// <summary>The value of a part of the fragment, <c>egg</c> or <c>subdirectory</c>.</summary>
    public static string? FragmentPart(string url, string name)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0)
        {
            return null;
        }

        foreach (var part in url[(hash + 1)..].Split('&'))
        {
            if (part.StartsWith(name + "=", StringComparison.Ordinal) && part.Length > name.Length + 1)
            {
                return part[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary><c>name @ url</c>, <c>name[extra]@url</c>.</summary>
    private static bool HasReferenceForm(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        if (at <= 0)
        {
            return false;
        }

        var name = text[..at].TrimEnd();
        var bracket = name.IndexOf('[');
        return CanonicalName.IsValid((bracket < 0 ? name : name[..bracket]).TrimEnd());
    }
}
