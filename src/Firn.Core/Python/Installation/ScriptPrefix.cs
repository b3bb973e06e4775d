using System.Text;

namespace Firn.Python.Installation;

/// <summary>Finds the folder that a script names as its interpreter's prefix, whoever's that is.</summary>
internal static class ScriptPrefix
{
    /// <summary>How much of a script is worth reading: a path has at most 4,095 bytes.</summary>
    public const int LongestStart = 4352;

    private const string Shell = "#!/bin/sh\n'''exec' ";
    private const string Programs = "/bin/";

    /// <summary>
    /// The path before <c>/bin/PROGRAM</c> in a first line or in the second one that <c>/bin/sh</c> reads, as it is spelled;
    /// <see langword="null"/> where there is none.
    /// </summary>
    /// <param name="script">The script's start.</param>
    public static string? Of(ReadOnlySpan<byte> script)
    {
        if (!script.StartsWith("#!"u8))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(script[..Math.Min(script.Length, LongestStart)]);
        var line = text.StartsWith(Shell, StringComparison.Ordinal) ? text.AsSpan(Shell.Length) : text.AsSpan(2);
        var end = line.IndexOf('\n');
        line = (end < 0 ? line : line[..end]).TrimStart(' ');
        if (line.Length > 0 && line[0] is '"' or '\'')
        {
            var close = line[1..].IndexOf(line[0]);
            line = close < 0 ? line[1..] : line.Slice(1, close);
        }

        var bin = line.LastIndexOf(Programs, StringComparison.Ordinal);
        // What follows the program are arguments, which may be paths too.
        while (bin > 0 && line[..bin].Contains(Programs, StringComparison.Ordinal) && line[..bin].Contains(' '))
        {
            bin = line[..bin].LastIndexOf(Programs, StringComparison.Ordinal);
        }

        return bin > 0 && line[0] == '/' ? line[..bin].ToString().Replace("\\ ", " ", StringComparison.Ordinal) : null;
    }
}
