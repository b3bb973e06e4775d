using System.Globalization;

namespace Firn.Host.Binaries;

/// <summary>A version of the GNU C library, ordered by number.</summary>
/// <param name="Major">The first part.</param>
/// <param name="Minor">The second part.</param>
/// <param name="Patch">The third part, 0 where there is none.</param>
public sealed record GlibcVersion(int Major, int Minor, int Patch = 0) : IComparable<GlibcVersion>
{
    /// <summary>Reads <c>2.17</c> or <c>2.2.5</c>; <see langword="null"/> where the text is neither.</summary>
    public static GlibcVersion? Parse(ReadOnlySpan<char> text)
    {
        Span<int> parts = stackalloc int[3];
        var count = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var part = dot < 0 ? text : text[..dot];
            if (count == 3
                || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out parts[count]))
            {
                return null;
            }

            count++;
            if (dot < 0)
            {
                break;
            }

            text = text[(dot + 1)..];
        }

        return count < 2 ? null : new GlibcVersion(parts[0], parts[1], parts[2]);
    }

    /// <inheritdoc/>
    public int CompareTo(GlibcVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var major = Major.CompareTo(other.Major);
        var minor = major != 0 ? major : Minor.CompareTo(other.Minor);
        return minor != 0 ? minor : Patch.CompareTo(other.Patch);
    }

    /// <summary>Whether <paramref name="left"/> is older.</summary>
    public static bool operator <(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is newer.</summary>
    public static bool operator >(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not newer.</summary>
    public static bool operator <=(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not older.</summary>
    public static bool operator >=(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Patch == 0 ? $"{Major}.{Minor}" : $"{Major}.{Minor}.{Patch}";
}

/// <summary>
/// Reads <c>DT_VERNEED</c> for the glibc that a file asks for. What is broken there is left out: the loader's own check
/// is the judge, this is only a warning in time.
/// </summary>
internal static class ElfVersionNeeds
{
    private const int EntrySize = 16;
    private const int MaxEntries = 4096;
    private const string Glibc = "GLIBC_";

    public static GlibcVersion? HighestGlibc(FileWindow window, ElfTables tables, ulong strings)
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

    private static List<ulong> Names(FileWindow window, ulong start)
    {
        var names = new List<ulong>();
        var budget = MaxEntries;
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

    private static void AddNames(FileWindow window, ulong at, List<ulong> names, ref int budget)
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
