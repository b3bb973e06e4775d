namespace Firn.Python.Environments;

/// <summary>Paths as <c>os.path</c> makes them.</summary>
internal static class PythonPaths
{
    /// <summary>
    /// <c>os.path.abspath(os.path.join(folder, path))</c>: absolute, without <c>.</c>, <c>..</c> and a final slash,
    /// links not followed; exactly two leading slashes stay (POSIX). <see langword="null"/> for a path with NUL.
    /// </summary>
    public static string? Absolute(string folder, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var joined = Path.Combine(folder, path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(joined));
        var hasTwoSlashes = !OperatingSystem.IsWindows()
            && joined.StartsWith("//", StringComparison.Ordinal)
            && !joined.StartsWith("///", StringComparison.Ordinal);
        return hasTwoSlashes ? "/" + full : full;
    }

    /// <summary><c>os.path.normcase</c>: what two equal paths share.</summary>
    public static string Normalize(string path) =>
        OperatingSystem.IsWindows() ? path.Replace('/', '\\').ToLowerInvariant() : path;

    /// <summary><c>os.path.expanduser</c> for the user's own home.</summary>
    public static string ExpandUser(string path, string home)
    {
        if (path == "~")
        {
            return home;
        }

        return path.StartsWith("~/", StringComparison.Ordinal) ? Path.Join(home, path[2..]) : path;
    }

    public static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary><c>str.strip()</c> takes more for white space than .NET does: the separators 0x1c to 0x1f.</summary>
    public static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary><c>str.rstrip()</c>.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }
}
