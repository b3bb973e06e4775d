using System.Globalization;

namespace Firn.Python.Environments;

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
