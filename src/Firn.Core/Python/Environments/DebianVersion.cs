using System.Text;
using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>The version of Debian's own Python, from dpkg's list of packages; its headers are often not installed.</summary>
internal static class DebianVersion
{
    private const int StatusLimit = 64 * 1024 * 1024;


    /// <summary>A package stands there once an architecture.</summary>
    private const int MostMatches = 16;

    public static string? Read(Interpreter interpreter, Surroundings surroundings)
    {
        if (interpreter.BasePrefix != surroundings.SystemPath("/usr"))
        {
            return null;
        }

        var status = BoundedFile.Read(surroundings.SystemPath("/var/lib/dpkg/status"), StatusLimit).Bytes;
        var name = interpreter.Tag.FolderName;
        return Find(status, $"lib{name}-minimal") ?? Find(status, $"{name}-minimal");
    }

    /// <summary>The upstream version of an installed package: <c>3.11.2-6+deb12u6</c> gives <c>3.11.2</c>.</summary>
    public static string? Find(ReadOnlySpan<byte> status, string package)
    {
        var wanted = Encoding.UTF8.GetBytes($"Package: {package}\n");
        for (var matches = 0; matches < MostMatches; matches++)
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
