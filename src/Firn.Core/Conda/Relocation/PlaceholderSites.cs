using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Relocation;

/// <summary>Finds where an installed file holds the prefix, in any encoding.</summary>
internal static class PlaceholderSites
{
    /// <summary>The spots in order, none reaching into the next; <see langword="null"/> where there are too many.</summary>
    /// <param name="installed">The file.</param>
    /// <param name="placeholder">What would have stood there.</param>
    /// <param name="prefix">The prefix that was put in.</param>
    /// <param name="hasher">Takes all bytes of the file.</param>
    public static List<PlaceholderSite>? Find(
        ByteSource installed, CondaPlaceholder placeholder, string prefix, Sha256Hasher? hasher)
    {
        var spellings = Spellings(placeholder, prefix);
        var patterns = new byte[spellings.Count][];
        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = spellings[i].Installed;
        }

        if (ByteSearch.Find(installed, patterns, 0, CondaPrefixReplacement.MaxOccurrences, hasher) is not { } found)
        {
            return null;
        }

        var sites = new List<PlaceholderSite>();
        foreach (var i in InOrder(spellings, found))
        {
            AddSites(sites, installed, spellings[i], found[i], placeholder.IsBinary);
        }

        sites.Sort((left, right) => left.Start.CompareTo(right.Start));
        return sites;
    }

    /// <summary>
    /// How the prefix may be written: in each encoding; and first with its blanks escaped behind <c>#!</c>, as conda
    /// leaves it in a first line that it does not turn into another one.
    /// </summary>
    private static List<PrefixSpelling> Spellings(CondaPlaceholder placeholder, string prefix)
    {
        var spellings = new List<PrefixSpelling>();
        foreach (var encoding in PrefixEncoding.All)
        {
            if (!placeholder.IsBinary && prefix.Contains(' ', StringComparison.Ordinal))
            {
                var escaped = "#!" + prefix.Replace(" ", "\\ ", StringComparison.Ordinal);
                spellings.Add(new PrefixSpelling(
                    encoding.Encode(escaped), encoding.Encode("#!" + placeholder.Text), encoding.Width));
            }

            spellings.Add(new PrefixSpelling(encoding.Encode(prefix), encoding.Encode(placeholder.Text), encoding.Width));
        }

        return spellings;
    }

    /// <summary>
    /// UTF-16 of one byte order is found in text of the other, one byte off, but not at every place: the order that is
    /// found more often is the text's own.
    /// </summary>
    private static int[] InOrder(List<PrefixSpelling> spellings, List<long>[] found)
    {
        var order = new int[found.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (left, right) =>
            spellings[left].Width != spellings[right].Width ? spellings[left].Width - spellings[right].Width
            : found[left].Count != found[right].Count ? found[right].Count - found[left].Count
            : left - right);
        return order;
    }

    /// <summary>Adds the sites that reach into none added before.</summary>
    private static void AddSites(
        List<PlaceholderSite> sites, ByteSource installed, PrefixSpelling spelling, List<long> offsets, bool isBinary)
    {
        if (offsets.Count == 0)
        {
            return;
        }

        var before = sites.Count;
        var next = 0;
        NulPaddedStrings? strings = isBinary ? new NulPaddedStrings(installed, spelling) : null;
        foreach (var offset in offsets)
        {
            while (next < before && sites[next].Start + sites[next].Length <= offset)
            {
                next++;
            }

            if (next < before && sites[next].Start < offset + spelling.Installed.Length)
            {
                continue;
            }

            sites.Add(new PlaceholderSite(
                offset,
                spelling.Installed.Length,
                spelling.Original,
                strings?.At(offset, offsets),
                IsBounded(installed, offset + spelling.Installed.Length)));
        }

        // The next encoding's overlaps are looked for in order.
        sites.Sort((left, right) => left.Start.CompareTo(right.Start));
    }

    private static bool IsBounded(ByteSource installed, long end)
    {
        if (end == installed.Length)
        {
            return true;
        }

        Span<byte> next = stackalloc byte[1];
        installed.Read(end, next);
        return !char.IsAsciiLetterOrDigit((char)next[0]) && next[0] is not ((byte)'-' or (byte)'_' or (byte)'.');
    }
}

/// <summary>A spot in an installed file where the placeholder may have stood before the prefix did.</summary>
/// <param name="Start">Where the prefix starts.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Original">What would have stood there.</param>
/// <param name="String">The NUL-ended string it lies in; <see langword="null"/> in text.</param>
/// <param name="IsBounded">Whether the path ends there, or goes on with <c>/</c>: not the start of a longer name.</param>
internal sealed record PlaceholderSite(long Start, int Length, ReadOnlyMemory<byte> Original, NulPaddedString? String, bool IsBounded);

/// <summary>One way in which a file may hold the prefix.</summary>
/// <param name="Installed">The prefix as the file holds it.</param>
/// <param name="Original">The placeholder in the same form.</param>
/// <param name="Width">The bytes of the NUL that ends a string in this encoding.</param>
internal sealed record PrefixSpelling(byte[] Installed, byte[] Original, int Width);

/// <summary>Tells the prefixes in a binary file to the strings they lie in, one after the other.</summary>
internal sealed class NulPaddedStrings(ByteSource installed, PrefixSpelling spelling)
{
    private readonly int _shrink = Math.Max(0, spelling.Original.Length - spelling.Installed.Length);
    private NulPaddedString? _last;

    /// <summary>The string around an offset; offsets are asked for in order.</summary>
    /// <param name="offset">Where a prefix starts.</param>
    /// <param name="offsets">Where all of them start, in order.</param>
    public NulPaddedString At(long offset, List<long> offsets)
    {
        if (_last is null || offset >= _last.Terminator)
        {
            var terminator = ByteSearch.FindZeros(installed, offset + spelling.Installed.Length, spelling.Width);
            if (terminator == installed.Length)
            {
                // A last NUL of fewer bytes than the encoding's own is padding, and none is what rattler takes for one.
                terminator -= TrailingZeros();
            }

            _last = new NulPaddedString(terminator, _shrink, RoomAt(terminator, CountBefore(offset, terminator, offsets)));
        }

        return _last;
    }

    /// <summary>
    /// conda leaves the NUL that ended the string before the padding; at the end of the file rattler needs none
    /// (prefix_replacement/binary.rs <c>find_cstring_patches</c>), so there the padding may be all.
    /// </summary>
    private int RoomAt(long terminator, int count)
    {
        if (_shrink == 0)
        {
            return count;
        }

        var needed = ((long)count * _shrink) + spelling.Width;
        var zeros = ByteSearch.CountZeros(installed, terminator, needed);
        var padding = terminator + zeros == installed.Length ? zeros : zeros - spelling.Width;
        return (int)Math.Clamp(padding / _shrink, 0, count);
    }

    private long TrailingZeros()
    {
        Span<byte> end = stackalloc byte[spelling.Width - 1];
        if (installed.Length < end.Length)
        {
            return 0;
        }

        installed.Read(installed.Length - end.Length, end);
        var other = end.LastIndexOfAnyExcept((byte)0);
        return end.Length - 1 - other;
    }

    private static int CountBefore(long offset, long terminator, List<long> offsets)
    {
        var index = offsets.BinarySearch(offset);
        var count = 0;
        while (index + count < offsets.Count && offsets[index + count] < terminator)
        {
            count++;
        }

        return count;
    }
}

/// <summary>
/// A string in a binary file that ends in NUL and holds the prefix. For each placeholder that a prefix took the place
/// of, the installer wrote as many NULs behind the string as the prefix is shorter, so the NULs that are there say how
/// many there can have been at most.
/// </summary>
/// <param name="Terminator">Where its NULs start.</param>
/// <param name="Shrink">By how many bytes the prefix is shorter than the placeholder; 0 where it is not.</param>
/// <param name="Room">How many placeholders the NULs leave room for.</param>
internal sealed record NulPaddedString(long Terminator, int Shrink, int Room);
