using System.Text;

namespace Firn.Common;

/// <summary>Paths as Python's <c>os.path</c> and <c>pathlib</c> write them.</summary>
internal static class PythonPath
{
    /// <summary><c>str(pathlib.Path(path))</c>: without empty parts, <c>.</c> and a trailing slash; <c>..</c> stays.</summary>
    public static string Pure(string path)
    {
        var isClean = !path.Contains("//", StringComparison.Ordinal)
            && !path.Contains("/.", StringComparison.Ordinal)
            && !path.StartsWith("./", StringComparison.Ordinal)
            && (path.Length == 1 || !path.EndsWith('/'));
        if (isClean)
        {
            return path;
        }

        var buffer = new StringBuilder(path.Length);
        if (path.StartsWith('/'))
        {
            buffer.Append(path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal) ? "//" : "/");
        }

        var isFirst = true;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
            {
                continue;
            }

            buffer.Append(isFirst ? string.Empty : "/").Append(part);
            isFirst = false;
        }

        return buffer.Length == 0 ? "." : buffer.ToString();
    }

    /// <summary><c>os.path.join(folder, path)</c>: an absolute second path replaces the first.</summary>
    public static string Join(string folder, string path) =>
        path.StartsWith('/') || folder.Length == 0 ? path
        : folder.EndsWith('/') ? folder + path
        : string.Concat(folder, "/", path);

    /// <summary><c>os.path.relpath(path, start)</c> of two absolute paths.</summary>
    public static string Relative(string path, string start)
    {
        var parts = Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var startParts = Path.GetFullPath(start).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var common = 0;
        while (common < parts.Length && common < startParts.Length && parts[common] == startParts[common])
        {
            common++;
        }

        var result = new List<string>();
        for (var i = common; i < startParts.Length; i++)
        {
            result.Add("..");
        }

        for (var i = common; i < parts.Length; i++)
        {
            result.Add(parts[i]);
        }

        return result.Count == 0 ? "." : string.Join('/', result);
    }
}

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
