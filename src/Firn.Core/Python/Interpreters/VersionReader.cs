using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>
/// Finds the full version of an interpreter. What belongs to its files is asked first; <c>pyvenv.cfg</c>, which an
/// upgrade of the interpreter leaves behind, last.
/// </summary>
internal static class VersionReader
{
    private const int HeaderLimit = 64 * 1024;
    private static readonly string[] AbiLetters = ["", "m", "d", "dm", "u", "mu"];

    /// <summary>For example <c>3.11.7</c> or <c>3.13.0rc2</c>; <c>3.11</c> where no file tells more.</summary>
    public static string Read(Interpreter interpreter, SystemContext systemContext)
    {
        var tag = interpreter.Tag;
        var start = $"{tag.Major}.{tag.Minor}.";
        return Matching(FromHeader(interpreter), start)
            ?? Matching(FromCondaRecord(interpreter.BasePrefix, start), start)
            ?? Matching(FromFolderName(RealPath.Of(interpreter.BasePrefix)), start)
            ?? Matching(DebianVersion.Read(interpreter, systemContext), start)
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

    /// <summary>
    /// pyenv's <c>versions/3.11.7</c> and uv's <c>cpython-3.12.1-linux-x86_64-gnu</c>, which is also reached through a
    /// link named after the series alone.
    /// </summary>
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

/// <summary>The version of Debian's own Python, from dpkg's list of packages; its headers are often not installed.</summary>
internal static class DebianVersion
{
    private const int StatusLimit = 64 * 1024 * 1024;


    /// <summary>A package stands there once an architecture.</summary>
    private const int MaxMatches = 16;

    public static string? Read(Interpreter interpreter, SystemContext systemContext)
    {
        if (interpreter.BasePrefix != systemContext.SystemPath("/usr"))
        {
            return null;
        }

        var status = BoundedFile.Read(systemContext.SystemPath("/var/lib/dpkg/status"), StatusLimit).Bytes;
        var name = interpreter.Tag.FolderName;
        return Find(status, $"lib{name}-minimal") ?? Find(status, $"{name}-minimal");
    }

    /// <summary>The upstream version of an installed package: <c>3.11.2-6+deb12u6</c> gives <c>3.11.2</c>.</summary>
    public static string? Find(ReadOnlySpan<byte> status, string package)
    {
        var wanted = Encoding.UTF8.GetBytes($"Package: {package}\n");
        for (var matches = 0; matches < MaxMatches; matches++)
        {
            var at = status.IndexOf(wanted);
            if (at < 0)
            {
                break;
            }

            var isLineStart = at == 0 || status[at - 1] == '\n';
            status = status[(at + wanted.Length)..];
            var end = status.IndexOf("\n\n"u8);
            var paragraph = end < 0 ? status : status[..end];
            if (isLineStart && paragraph.IndexOf(" installed\n"u8) >= 0 && Field(paragraph, "Version: "u8) is { } found)
            {
                return Upstream(found);
            }
        }

        return null;
    }

    private static string? Field(ReadOnlySpan<byte> paragraph, ReadOnlySpan<byte> name)
    {
        while (paragraph.Length > 0)
        {
            var end = paragraph.IndexOf((byte)'\n');
            var line = end < 0 ? paragraph : paragraph[..end];
            if (line.StartsWith(name))
            {
                return Encoding.UTF8.GetString(line[name.Length..]).Trim();
            }

            paragraph = end < 0 ? default : paragraph[(end + 1)..];
        }

        return null;
    }

    private static string Upstream(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        version = version[(colon + 1)..];
        var dash = version.LastIndexOf('-');
        return (dash < 0 ? version : version[..dash]).Replace("~", string.Empty, StringComparison.Ordinal);
    }
}

/// <summary>
/// The version that is compiled into the interpreter: <c>PY_VERSION</c> is a C string such as <c>3.11.7</c>. The last
/// resort, because the file may hold 30 MB.
/// </summary>
internal static class BinaryVersion
{
    private const int Limit = 32 * 1024 * 1024;

    public static string? Read(Interpreter interpreter)
    {
        var start = Encoding.ASCII.GetBytes($"{interpreter.Tag.Major}.{interpreter.Tag.Minor}.");
        foreach (var path in Candidates(interpreter))
        {
            if (FileCheck.IsFile(path) && Find(BoundedFile.Read(path, Limit).Bytes, start) is { } version)
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>
    /// The first C string that ends in a version of this series. It may be the tail of a longer string, since linkers
    /// merge them, but never the tail of a longer number.
    /// </summary>
    public static string? Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start)
    {
        while (true)
        {
            var at = bytes.IndexOf(start);
            if (at < 0)
            {
                return null;
            }

            var isTail = at > 0 && (bytes[at - 1] == '.' || char.IsAsciiDigit((char)bytes[at - 1]));
            var end = at + start.Length;
            while (end < bytes.Length && end - at < 24 && IsVersionByte(bytes[end]))
            {
                end++;
            }

            if (!isTail && end > at + start.Length && end < bytes.Length && bytes[end] == 0
                && char.IsAsciiDigit((char)bytes[at + start.Length]))
            {
                return Encoding.ASCII.GetString(bytes[at..end]);
            }

            bytes = bytes[(at + start.Length)..];
        }
    }

    private static bool IsVersionByte(byte value) =>
        value is >= (byte)'0' and <= (byte)'9' or (byte)'a' or (byte)'b' or (byte)'r' or (byte)'c' or (byte)'+';

    private static IEnumerable<string> Candidates(Interpreter interpreter)
    {
        var prefix = interpreter.BasePrefix;
        var tag = interpreter.Tag;
        if (interpreter.Style == PathStyle.Windows)
        {
            yield return Path.Join(prefix, $"python{tag.Major}{tag.Minor}.dll");
            yield break;
        }

        var suffix = tag.FreeThreaded ? "t" : string.Empty;
        foreach (var folder in (string[])[interpreter.LibraryFolder, "lib"])
        {
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}{suffix}.so.1.0");
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}{suffix}.dylib");
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}m.so.1.0");
        }

        yield return Path.Join(prefix, "bin", tag.FolderName);
        if (interpreter.RealExecutable is { } executable)
        {
            yield return executable;
        }
    }
}
