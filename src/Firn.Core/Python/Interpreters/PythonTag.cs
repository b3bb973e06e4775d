using System.Globalization;

namespace Firn.Python.Interpreters;

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

/// <summary>The numbers of a version, for rules that changed within a series.</summary>
internal readonly record struct PythonRelease(int Major, int Minor, int Patch)
{
    /// <summary>Stands for a patch level that no file tells; rules then are those of the newest one.</summary>
    private const int Unknown = int.MaxValue;

    public static PythonRelease Parse(string version, PythonTag tag)
    {
        var rest = version.AsSpan();
        for (var i = 0; i < 2; i++)
        {
            var dot = rest.IndexOf('.');
            if (dot < 0)
            {
                return new PythonRelease(tag.Major, tag.Minor, Unknown);
            }

            rest = rest[(dot + 1)..];
        }

        var end = 0;
        while (end < rest.Length && char.IsAsciiDigit(rest[end]))
        {
            end++;
        }

        return int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var patch)
            ? new PythonRelease(tag.Major, tag.Minor, patch)
            : new PythonRelease(tag.Major, tag.Minor, Unknown);
    }

    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>CPython gh-113659, from 3.13 on and in these patch releases: hidden .pth files are skipped.</summary>
    public bool SkipsHiddenPthFiles => Major == 3 && (Minor >= 13 || (Minor switch
    {
        8 => Patch >= 19,
        9 => Patch >= 19,
        10 => Patch >= 14,
        11 => Patch >= 8,
        12 => Patch >= 2,
        _ => false,
    }));

    /// <summary>site.py of 3.13: UTF-8 with or without a byte order mark, and lines as <c>str.splitlines()</c> has them.</summary>
    public bool ReadsPthAsUtf8 => IsAtLeast(3, 13);
}
