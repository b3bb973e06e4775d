using System.Text;
using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>
/// What the prefix is called in the files of an environment: its path, the path with links followed, and, where the
/// environment was moved or copied since, the path in its scripts' first lines.
/// </summary>
internal static class CondaInstalledPrefixes
{
    private const int MostScripts = 32;
    private const int LongestStart = 4096;

    /// <summary>The names, the likely one first.</summary>
    public static List<string> Find(string prefix, IEnumerable<CondaLinkRecord> records)
    {
        var prefixes = new List<string> { prefix };
        Add(prefixes, RealPath.Of(prefix));
        var scripts = 0;
        foreach (var record in records)
        {
            foreach (var entry in record.Entries)
            {
                if (scripts < MostScripts && IsScript(entry))
                {
                    scripts++;
                    var start = BoundedFile.Read(Path.Join(prefix, entry.Path), LongestStart).Bytes;
                    if (PrefixIn(Encoding.UTF8.GetString(start)) is { } found)
                    {
                        Add(prefixes, found);
                    }
                }
            }
        }

        return prefixes;
    }

    private static bool IsScript(CondaPathEntry entry) =>
        entry.Path.StartsWith("bin/", StringComparison.Ordinal)
        && (entry.Kind == CondaPathKind.EntryPoint || entry.Placeholder is { IsBinary: false });

    private static void Add(List<string> prefixes, string prefix)
    {
        if (prefix.Length > 1 && !prefixes.Contains(prefix))
        {
            prefixes.Add(prefix);
        }
    }

    /// <summary>The path before <c>/bin/python...</c> in a first line or in the second one that <c>/bin/sh</c> reads.</summary>
    private static string? PrefixIn(string script)
    {
        const string Shell = "#!/bin/sh\n'''exec' \"";
        var start = script.StartsWith(Shell, StringComparison.Ordinal) ? Shell.Length : 2;
        if (!script.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        var end = script.AsSpan(start).IndexOfAny('\n', '"');
        var program = end < 0 ? script[start..] : script.Substring(start, end);
        var bin = program.IndexOf("/bin/python", StringComparison.Ordinal);
        return bin > 0 && program[0] == '/' && program[..bin] is not "/usr" ? program[..bin].Replace("\\ ", " ", StringComparison.Ordinal) : null;
    }
}
