using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>Finds where an installed file holds the prefix, in any encoding.</summary>
internal static class PrefixSites
{
    /// <summary>The spots in order, none reaching into the next; <see langword="null"/> where there are too many.</summary>
    /// <param name="installed">The file.</param>
    /// <param name="placeholder">What would have stood there.</param>
    /// <param name="prefix">The prefix that was put in.</param>
    /// <param name="hasher">Takes all bytes of the file.</param>
    public static List<PrefixSite>? Find(
        ByteSource installed, CondaPlaceholder placeholder, string prefix, Sha256Hasher? hasher)
    {
        var spellings = Spellings(placeholder, prefix);
        var patterns = new byte[spellings.Count][];
        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = spellings[i].Installed;
        }

        if (ByteSearch.Find(installed, patterns, 0, CondaPrefixReplacement.MostOccurrences, hasher) is not { } found)
        {
            return null;
        }

        var sites = new List<PrefixSite>();
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
        List<PrefixSite> sites, ByteSource installed, PrefixSpelling spelling, List<long> offsets, bool isBinary)
    {
        if (offsets.Count == 0)
        {
            return;
        }

        var before = sites.Count;
        var next = 0;
        PaddedStrings? strings = isBinary ? new PaddedStrings(installed, spelling) : null;
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

            sites.Add(new PrefixSite(
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
