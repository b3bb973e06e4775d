using System.Text;
using Firn.Common.Tar;

namespace Firn.Common.Zip;

/// <summary>The names of members: UTF-8 (Binary distribution format, "Escaping and Unicode"), and nothing that leads out.</summary>
internal static class ZipEntryName
{
    private const int MaxShownLength = 200;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Devices = ["con", "prn", "aux", "nul"];

    /// <summary>The name; <see langword="null"/> where it is not UTF-8, or does not say that it is.</summary>
    public static string? Decode(ReadOnlySpan<byte> name, bool isUtf8)
    {
        // Without the flag it is code page 437 to Python and UTF-8 to others.
        if (!isUtf8 && name.IndexOfAnyInRange((byte)0x80, (byte)0xff) >= 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with a path; <see langword="null"/> where nothing is.</summary>
    /// <param name="path">Without the slash at the end of a folder.</param>
    public static string? FindProblem(string path)
    {
        foreach (var c in path)
        {
            if (c == '\\')
            {
                return "its path holds a backslash";
            }

            if (c is not '\0' && char.IsControl(c))
            {
                return "its path holds a control character";
            }
        }

        return path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])
            ? "its path names a drive"
            : TarPath.FindProblem(path);
    }

    /// <summary>Whether a part of the path is a device to Windows, where no file can have that name.</summary>
    public static bool IsReserved(string path)
    {
        foreach (var range in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan()[range];
            var dot = name.IndexOf('.');
            name = dot < 0 ? name : name[..dot];
            if (name.Length is 3 or 4 && IsDevice(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A name of anybody's making, to be put into a message.</summary>
    public static string Show(string name)
    {
        var text = new StringBuilder(Math.Min(name.Length, MaxShownLength) + 8);
        foreach (var c in name)
        {
            if (text.Length >= MaxShownLength)
            {
                return text.Append("...").ToString();
            }

            _ = char.IsControl(c) || char.IsSurrogate(c) ? text.Append("\\u").Append(((int)c).ToString("x4")) : text.Append(c);
        }

        return text.ToString();
    }

    private static bool IsDevice(ReadOnlySpan<char> name)
    {
        foreach (var device in Devices)
        {
            if (name.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return name.Length == 4 && name[3] is >= '1' and <= '9'
            && (name.StartsWith("com", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("lpt", StringComparison.OrdinalIgnoreCase));
    }
}
