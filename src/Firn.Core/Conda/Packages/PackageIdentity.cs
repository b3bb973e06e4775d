namespace Firn.Conda.Packages;

/// <summary>
/// What names, versions and builds may be (CEP 26). They become the names of files, so they are looked at before
/// anything else is done with them.
/// </summary>
internal static class PackageIdentity
{
    private const int MaxLength = 64;
    private const int MaxFileNameLength = 211;

    /// <summary><c>^(([a-z0-9])|([a-z0-9_](?!_)))[._-]?([a-z0-9]+(\.|-|_|$))*$</c>, in either case.</summary>
    public static bool IsName(string text)
    {
        if (text.Length is 0 or > MaxLength || !(char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
            || text.StartsWith("__", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            var isSeparator = text[i] is '.' or '-' or '_';
            if (!isSeparator && !char.IsAsciiLetterOrDigit(text[i]))
            {
                return false;
            }

            if (isSeparator && i > 1 && text[i - 1] is '.' or '-' or '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Digits, letters, periods, underscores, plus and exclamation marks. Capital letters are real in old packages.</summary>
    public static bool IsVersion(string text) => IsOf(text, "._+!");

    /// <summary><c>^[a-zA-Z0-9_\.+]+$</c>.</summary>
    public static bool IsBuild(string text) => IsOf(text, "._+");

    /// <summary>The name of an archive without its extension; <see langword="null"/> where it has none, or is not a file's name.</summary>
    public static string? StemOf(string fileName)
    {
        if (fileName.Length > MaxFileNameLength || fileName.AsSpan().IndexOfAny("/\\\0") >= 0)
        {
            return null;
        }

        foreach (var extension in (ReadOnlySpan<string>)[".conda", ".tar.bz2"])
        {
            if (fileName.EndsWith(extension, StringComparison.Ordinal) && fileName.Length > extension.Length)
            {
                return fileName[..^extension.Length];
            }
        }

        return null;
    }

    private static bool IsOf(string text, string others)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !others.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= MaxLength;
    }
}
