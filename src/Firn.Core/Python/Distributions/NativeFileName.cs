using Firn.Common;

namespace Firn.Python.Distributions;

/// <summary>Tells extension modules and bundled libraries by their names.</summary>
internal static class NativeFileName
{
    /// <summary>Whether the file name ends in <c>.so</c> or has <c>.so.</c> before a version (<c>libgomp-a34b3233.so.1.0.0</c>).</summary>
    public static bool Matches(ReadOnlySpan<byte> path)
    {
        if (Bytes.EndsWith(path, ".so"u8))
        {
            return true;
        }

        // Nearly every path ends here: a version ends in a digit.
        if (path.IsEmpty || !char.IsAsciiDigit((char)path[^1]))
        {
            return false;
        }

        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var at = name.LastIndexOf(".so."u8);
        return at > 0 && IsVersion(name[(at + 4)..]);
    }

    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (c != (byte)'.' && !char.IsAsciiDigit((char)c))
            {
                return false;
            }
        }

        return true;
    }
}
