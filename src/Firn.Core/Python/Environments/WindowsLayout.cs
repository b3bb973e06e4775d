using System.Globalization;
using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>The layout of an installation on Windows: <c>python.exe</c> and <c>python311.dll</c> in the prefix.</summary>
internal static class WindowsLayout
{
    /// <summary>The version of the Python in that folder, or <see langword="null"/> if the folder has another layout.</summary>
    public static PythonTag? Find(string folder)
    {
        if (!File.Exists(Path.Join(folder, "python.exe")))
        {
            return null;
        }

        PythonTag? best = null;
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            // python3.dll, the stable ABI, says no version; python311.dll, python311.zip and python311._pth do.
            if (TryParse(entry.Name, out var tag) && (best is null || tag.IsAtLeast(best.Value.Major, best.Value.Minor)))
            {
                best = tag;
            }
        }

        return best;
    }

    private static bool TryParse(string name, out PythonTag tag)
    {
        tag = default;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 8 || !name.StartsWith("python", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var extension = name.AsSpan(dot);
        if (extension is not (".dll" or ".zip" or "._pth"))
        {
            return false;
        }

        var digits = name.AsSpan(6, dot - 6);
        var freeThreaded = digits[^1] == 't';
        digits = freeThreaded ? digits[..^1] : digits;
        if (digits.Length < 2
            || !char.IsAsciiDigit(digits[0])
            || !int.TryParse(digits[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || minor > 999)
        {
            return false;
        }

        tag = new PythonTag("cpython", digits[0] - '0', minor, freeThreaded);
        return true;
    }
}
