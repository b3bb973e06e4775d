namespace Firn.Host;

/// <summary>
/// Reads <c>DT_VERNEED</c> for the glibc that a file asks for. What is broken there is left out: the loader's own check
/// is the judge, this is only a warning in time.
/// </summary>
internal static class ElfVersionNeeds
{
    private const int EntrySize = 16;
    private const int MostEntries = 4096;
    private const string Glibc = "GLIBC_";

    public static GlibcVersion? HighestGlibc(ElfWindow window, ElfTables tables, ulong strings)
    {
        if (tables.VersionNeeds == 0 || tables.FileOffset(tables.VersionNeeds) is not { } start)
        {
            return null;
        }

        GlibcVersion? highest = null;
        // The names are read after all entries: they lie elsewhere, and one window serves both.
        foreach (var name in Names(window, start))
        {
            var version = name < tables.StringTableSize ? Version(window.Text(unchecked(strings + name))) : null;
            if (version is not null && (highest is null || version > highest))
            {
                highest = version;
            }
        }

        return highest;
    }

    private static List<ulong> Names(ElfWindow window, ulong start)
    {
        var names = new List<ulong>();
        var budget = MostEntries;
        var at = start;
        while (budget-- > 0)
        {
            var entry = window.At(at, EntrySize);
            if (entry.Length < EntrySize)
            {
                break;
            }

            var first = window.Word(entry, 8);
            var next = window.Word(entry, 12);
            AddNames(window, unchecked(at + first), names, ref budget);
            if (next == 0)
            {
                break;
            }

            at = unchecked(at + next);
        }

        return names;
    }

    private static void AddNames(ElfWindow window, ulong at, List<ulong> names, ref int budget)
    {
        while (budget-- > 0)
        {
            var entry = window.At(at, EntrySize);
            if (entry.Length < EntrySize)
            {
                return;
            }

            names.Add(window.Word(entry, 8));
            var next = window.Word(entry, 12);
            if (next == 0)
            {
                return;
            }

            at = unchecked(at + next);
        }
    }

    private static GlibcVersion? Version(string? name) =>
        name is not null && name.StartsWith(Glibc, StringComparison.Ordinal)
            ? GlibcVersion.Parse(name.AsSpan(Glibc.Length))
            : null;
}
