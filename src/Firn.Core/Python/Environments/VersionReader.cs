using System.Text;
using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// Finds the full version of an interpreter. What belongs to its files is asked first; <c>pyvenv.cfg</c>, which an
/// upgrade of the interpreter leaves behind, last.
/// </summary>
internal static class VersionReader
{
    private const int HeaderLimit = 64 * 1024;
    private static readonly string[] AbiLetters = ["", "m", "d", "dm", "u", "mu"];

    /// <summary>For example <c>3.11.7</c> or <c>3.13.0rc2</c>; <c>3.11</c> where no file tells more.</summary>
    public static string Read(Interpreter interpreter, Surroundings surroundings)
    {
        var tag = interpreter.Tag;
        var start = $"{tag.Major}.{tag.Minor}.";
        return Matching(FromHeader(interpreter), start)
            ?? Matching(FromCondaRecord(interpreter.BasePrefix, start), start)
            ?? Matching(FromFolderName(interpreter.BasePrefix), start)
            ?? Matching(DebianVersion.Read(interpreter, surroundings), start)
            ?? Matching(BinaryVersion.Read(interpreter), start)
            ?? Matching(FromConfiguration(interpreter.Configuration?.Version), start)
            ?? start[..^1];
    }

    private static string? Matching(string? version, string start) =>
        version is not null
        && version.Length > start.Length
        && version.StartsWith(start, StringComparison.Ordinal)
        && char.IsAsciiDigit(version[start.Length])
            ? version
            : null;

    /// <summary><c>#define PY_VERSION "3.11.7"</c> in <c>patchlevel.h</c>.</summary>
    private static string? FromHeader(Interpreter interpreter)
    {
        var prefix = interpreter.BasePrefix;
        if (interpreter.Style == PathStyle.Windows)
        {
            return FromHeader(Path.Join(prefix, "include/patchlevel.h"))
                ?? FromHeader(Path.Join(prefix, "Include/patchlevel.h"));
        }

        foreach (var letters in AbiLetters)
        {
            var path = Path.Join(prefix, "include", interpreter.Tag.FolderName + letters, "patchlevel.h");
            if (FromHeader(path) is { } version)
            {
                return version;
            }

            if (interpreter.Tag.IsAtLeast(3, 8) && letters == "d")
            {
                break;
            }
        }

        return interpreter.Tag.Implementation == "pypy"
            ? FromHeader(Path.Join(prefix, "include/patchlevel.h"))
            : null;
    }

    private static string? FromHeader(string path)
    {
        var bytes = BoundedFile.Read(path, HeaderLimit).Bytes;
        ReadOnlySpan<byte> name = "#define PY_VERSION"u8;
        while (true)
        {
            var at = bytes.IndexOf(name);
            if (at < 0)
            {
                return null;
            }

            bytes = bytes[(at + name.Length)..];
            if (bytes.Length > 0 && bytes[0] is (byte)' ' or (byte)'\t')
            {
                break;
            }
        }

        var open = bytes.IndexOf((byte)'"');
        var line = bytes.IndexOf((byte)'\n');
        if (open < 0 || (line >= 0 && line < open))
        {
            return null;
        }

        bytes = bytes[(open + 1)..];
        var close = bytes.IndexOf((byte)'"');
        return close is > 0 and < 64 ? Encoding.ASCII.GetString(bytes[..close]) : null;
    }

    /// <summary><c>conda-meta/python-3.11.7-h955ad1f_0.json</c>; the name alone says it.</summary>
    private static string? FromCondaRecord(string prefix, string start)
    {
        foreach (var entry in DirectoryReader.List(Path.Join(prefix, "conda-meta"), out _))
        {
            if (entry.Name.StartsWith("python-", StringComparison.Ordinal)
                && entry.Name.EndsWith(".json", StringComparison.Ordinal)
                && entry.Name.AsSpan(7).StartsWith(start, StringComparison.Ordinal)
                && entry.Name.IndexOf('-', 7) is var dash and > 0)
            {
                return entry.Name[7..dash];
            }
        }

        return null;
    }

    /// <summary>pyenv's <c>versions/3.11.7</c> and uv's <c>cpython-3.12.1-linux-x86_64-gnu</c>.</summary>
    private static string? FromFolderName(string prefix)
    {
        var name = Path.GetFileName(prefix);
        var isPyenv = Path.GetFileName(Path.GetDirectoryName(prefix)) == "versions";
        if (isPyenv)
        {
            return IsVersion(name) ? name.TrimEnd('t') : null;
        }

        var parts = name.Split('-');
        return parts.Length >= 5 ? parts[1].Split('+')[0] : null;
    }

    private static string? FromConfiguration(string? version)
    {
        // virtualenv writes five parts: 3.11.7.final.0, 3.13.0.candidate.2
        var parts = (version ?? string.Empty).Split('.');
        if (parts.Length != 5)
        {
            return version is not null && IsVersion(version) ? version : null;
        }

        var level = parts[3] switch
        {
            "alpha" => "a",
            "beta" => "b",
            "candidate" => "rc",
            _ => null,
        };
        return $"{parts[0]}.{parts[1]}.{parts[2]}{(level is null ? null : level + parts[4])}";
    }

    private static bool IsVersion(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiDigit(c) && c is not ('.' or 'a' or 'b' or 'r' or 'c' or 't' or '+'))
            {
                return false;
            }
        }

        return name.Length > 0;
    }
}
