using System.Globalization;

namespace Firn.Python.Environments;

/// <summary>What a name such as <c>python3.13t</c> says: implementation, version, free-threaded or not.</summary>
internal readonly record struct PythonTag(string Implementation, int Major, int Minor, bool FreeThreaded)
{
    /// <summary>The name of the folder below <c>lib</c>: <c>python3.11</c>, <c>python3.13t</c>, <c>pypy3.10</c>.</summary>
    public string FolderName => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Implementation == "pypy" ? "pypy" : "python")}{Major}.{Minor}{(FreeThreaded ? "t" : string.Empty)}");

    /// <summary>The tag in the names of its bytecode files (<c>sys.implementation.cache_tag</c>): <c>cpython-311</c>, <c>cpython-313t</c>, <c>pypy310</c>.</summary>
    public string CacheTag => string.Create(
        CultureInfo.InvariantCulture,
        $"{Implementation}{(Implementation == "pypy" ? string.Empty : "-")}{Major}{Minor}{(Implementation == "cpython" && FreeThreaded ? "t" : string.Empty)}");

    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>
    /// Reads the name of a folder or an executable; the ABI letters of old versions (<c>python3.7m</c>) and
    /// <c>.exe</c> are allowed, any other rest (<c>python3.11-config</c>) is not.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> name, out PythonTag tag)
    {
        tag = default;
        string implementation;
        if (name.StartsWith("python", StringComparison.Ordinal))
        {
            implementation = "cpython";
            name = name[6..];
        }
        else if (name.StartsWith("pypy", StringComparison.Ordinal))
        {
            implementation = "pypy";
            name = name[4..];
        }
        else
        {
            return false;
        }

        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
        {
            name = name[..^4];
        }

        return TryVersion(implementation, name, out tag);
    }

    /// <summary>Reads the first two numbers of a version such as <c>3.11.7</c>.</summary>
    public static bool TryFromVersion(ReadOnlySpan<char> version, out PythonTag tag)
    {
        tag = default;
        var dot = version.IndexOf('.');
        if (dot <= 0)
        {
            return false;
        }

        var end = dot + 1;
        while (end < version.Length && char.IsAsciiDigit(version[end]))
        {
            end++;
        }

        return TryVersion("cpython", version[..end], out tag);
    }

    private static bool TryVersion(string implementation, ReadOnlySpan<char> text, out PythonTag tag)
    {
        tag = default;
        var freeThreaded = text.Contains('t');
        text = text.TrimEnd("tdmu");
        var dot = text.IndexOf('.');
        if (dot <= 0
            || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || major > 9 || minor > 999)
        {
            return false;
        }

        tag = new PythonTag(implementation, major, minor, freeThreaded);
        return true;
    }
}
