using System.Text;

namespace Firn.Host;

/// <summary>
/// Reads <c>/var/lib/dpkg/diversions</c>: three lines each, the path in the lists, where the file went, and the package
/// that moved it, or <c>:</c> for the administrator (dpkg: lib/dpkg/db-fsys-divert.c).
/// </summary>
internal static class DpkgDiversions
{
    private const int MostDiversions = 10_000;

    public static void Apply(ReadOnlySpan<byte> diversions, WantedPaths wanted, UsrMerge merge)
    {
        var files = new Dictionary<string, WantedFile>(StringComparer.Ordinal);
        foreach (var file in wanted.Files)
        {
            foreach (var spelling in merge.Spellings(file.Path))
            {
                files[spelling] = file;
            }
        }

        var lines = new string[3];
        for (var i = 0; i < MostDiversions * 3 && !diversions.IsEmpty; i++)
        {
            var end = diversions.IndexOf((byte)'\n');
            lines[i % 3] = Encoding.UTF8.GetString(end < 0 ? diversions : diversions[..end]);
            diversions = end < 0 ? [] : diversions[(end + 1)..];
            if (i % 3 < 2)
            {
                continue;
            }

            if (files.TryGetValue(lines[1], out var moved))
            {
                wanted.AddSpelling(moved, lines[0], notBy: lines[2]);
            }

            if (files.TryGetValue(lines[0], out var stayed))
            {
                stayed.OnlyBy = lines[2];
            }
        }
    }
}
