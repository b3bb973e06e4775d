namespace Firn.Conda;

/// <summary>
/// What may be the name, version, build, platform or file name of a package (CEP 26). Everything that a lock or a
/// channel says of a package passes here before it becomes part of a path.
/// </summary>
internal static class CondaNames
{
    /// <summary>Of a name, a version and a build each.</summary>
    public const int MaxPartLength = 64;

    /// <summary>Of a file name: three parts, two dashes and the longest extension.</summary>
    public const int MaxFileNameLength = 211;

    private const int MaxSubdirLength = 32;

    /// <summary>Whether an archive may have that name; upper case is let through, as in CEP 26's own expression.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxPartLength || (!char.IsAsciiLetterOrDigit(text[0]) && text[0] != '_'))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (IsSeparator(text[i]))
            {
                // Two in a row are a virtual package's "__", or somebody's way up.
                if (IsSeparator(text[i - 1]))
                {
                    return false;
                }
            }
            else if (!char.IsAsciiLetterOrDigit(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxPartLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            // Older packages have upper case; conda makes it lower case before it compares.
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+' or '!'))
            {
                return false;
            }
        }

        return CondaVersion.Parse(text) is not null;
    }

    public static bool IsBuild(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= MaxPartLength;
    }

    /// <summary>Whether it has the form of a platform; conda may not know it.</summary>
    public static bool IsSubdir(ReadOnlySpan<char> text)
    {
        if (text is "noarch")
        {
            return true;
        }

        var dash = text.IndexOf('-');
        return text.Length <= MaxSubdirLength && dash > 0 && dash < text.Length - 1
            && IsLowerOrDigits(text[..dash]) && IsLowerOrDigits(text[(dash + 1)..]);
    }

    /// <summary>
    /// Takes an archive's file name apart, from its end, since names hold dashes (conda models/match_spec.py
    /// <c>_parse_legacy_dist</c>); <see langword="false"/> where a part may not be one.
    /// </summary>
    public static bool TrySplit(
        ReadOnlySpan<char> fileName,
        out ReadOnlySpan<char> name, out ReadOnlySpan<char> version, out ReadOnlySpan<char> build)
    {
        name = version = build = default;
        var stem = Stem(fileName);
        var last = stem.LastIndexOf('-');
        var middle = last <= 0 ? -1 : stem[..last].LastIndexOf('-');
        if (middle <= 0 || fileName.Length > MaxFileNameLength)
        {
            return false;
        }

        name = stem[..middle];
        version = stem[(middle + 1)..last];
        build = stem[(last + 1)..];
        return IsName(name) && IsVersion(version) && IsBuild(build);
    }

    /// <summary>The file name without its extension; empty where it is not an archive's.</summary>
    public static ReadOnlySpan<char> Stem(ReadOnlySpan<char> fileName) =>
        fileName.EndsWith(".conda") ? fileName[..^".conda".Length]
        : fileName.EndsWith(".tar.bz2") ? fileName[..^".tar.bz2".Length]
        : [];

    private static bool IsSeparator(char c) => c is '.' or '_' or '-';

    private static bool IsLowerOrDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
