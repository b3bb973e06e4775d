using System.Text;
using Firn.Common;

namespace Firn.Python.Metadata;

/// <summary>Tells a distribution's launchers from its other scripts, by the names in <c>entry_points.txt</c>.</summary>
/// <param name="names">The names under <c>[console_scripts]</c> and <c>[gui_scripts]</c>.</param>
internal sealed class LauncherNames(HashSet<string> names)
{
    private static readonly string[] WindowsEndings = ["-script.pyw", "-script.py", ".exe.manifest", ".exe"];
    private static readonly char[] VersionCharacters = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'];

    /// <summary>
    /// Whether the script is a launcher of an entry point, with a version behind its name (<c>pip3.11</c>,
    /// <c>easy_install-3.8</c>) or in one of Windows' forms.
    /// </summary>
    public bool Contains(string script)
    {
        foreach (var ending in WindowsEndings)
        {
            if (script.EndsWith(ending, StringComparison.Ordinal))
            {
                script = script[..^ending.Length];
                break;
            }
        }

        if (names.Contains(script))
        {
            return true;
        }

        var name = script.TrimEnd(VersionCharacters);
        return name.Length < script.Length && (names.Contains(name) || names.Contains(name.TrimEnd('-')));
    }
}

/// <summary>
/// The launchers that an installer writes for a distribution: the names under <c>[console_scripts]</c> and
/// <c>[gui_scripts]</c> in <c>entry_points.txt</c> (Entry points specification, "File format").
/// </summary>
internal static class EntryPointNames
{
    /// <summary>Reads the names; a damaged file gives the names up to the damage.</summary>
    public static HashSet<string> Launchers(ReadOnlySpan<byte> entryPoints)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var inScripts = false;
        while (!entryPoints.IsEmpty)
        {
            var end = entryPoints.IndexOf((byte)'\n');
            var line = Bytes.TrimBlanks(end < 0 ? entryPoints : entryPoints[..end]);
            entryPoints = end < 0 ? default : entryPoints[(end + 1)..];
            if (line.IsEmpty || line[0] is (byte)'#' or (byte)';')
            {
                continue;
            }

            if (line[0] == (byte)'[')
            {
                inScripts = line.SequenceEqual("[console_scripts]"u8) || line.SequenceEqual("[gui_scripts]"u8);
                continue;
            }

            var equals = line.IndexOf((byte)'=');
            if (inScripts && equals > 0)
            {
                names.Add(Encoding.UTF8.GetString(Bytes.TrimBlanks(line[..equals])));
            }
        }

        return names;
    }
}
