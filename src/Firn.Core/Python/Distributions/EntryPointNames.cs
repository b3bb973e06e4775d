using System.Text;
using Firn.Common;

namespace Firn.Python.Distributions;

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
