namespace Firn.Host.Binaries;

/// <summary>
/// How many dynamic symbols an ELF file has. The dynamic section does not say it: <c>DT_HASH</c> has one chain entry for
/// each, <c>DT_GNU_HASH</c> ends with the last symbol that can be looked up.
/// </summary>
internal static class ElfSymbolCounter
{
    private const uint MaxSymbols = 4 * 1024 * 1024;

    /// <summary>The number; at times more, never fewer; <see langword="null"/> where the file does not tell.</summary>
    public static long? Count(FileWindow window, ElfTables tables, ElfImage image)
    {
        if (tables.SymbolTable == 0)
        {
            return 0;
        }

        var count = InGnuHash(window, tables, image.Is64Bit)
            ?? InHash(window, tables, image)
            ?? BeforeStrings(tables, image.Is64Bit);
        return count <= MaxSymbols ? count : null;
    }

    private static long? InHash(FileWindow window, ElfTables tables, ElfImage image)
    {
        if (tables.Hash == 0 || tables.FileOffset(tables.Hash) is not { } start)
        {
            return null;
        }

        // On 64-bit s390 the table has entries of 8 bytes, everywhere else of 4.
        var is8 = image is { Is64Bit: true, Machine: ElfMachine.S390 };
        var size = is8 ? 8 : 4;
        var header = window.At(start, 2 * size);
        return header.Length == 2 * size ? (long)Math.Min(window.Native(header, size, is8), long.MaxValue) : null;
    }

    private static long? InGnuHash(FileWindow window, ElfTables tables, bool is64)
    {
        if (tables.GnuHash == 0 || tables.FileOffset(tables.GnuHash) is not { } start)
        {
            return null;
        }

        var header = window.At(start, 16);
        if (header.Length < 16)
        {
            return null;
        }

        var buckets = window.Word(header, 0);
        var first = window.Word(header, 4);
        var filters = window.Word(header, 8);
        if (buckets > MaxSymbols || filters > MaxSymbols)
        {
            return null;
        }

        var table = unchecked(start + 16 + (filters * (is64 ? 8UL : 4UL)));
        var last = LastBucket(window, table, buckets);
        return last < first || last == 0 ? null : ChainEnd(window, unchecked(table + (buckets * 4UL)), first, last);
    }

    private static uint LastBucket(FileWindow window, ulong table, uint buckets)
    {
        var last = 0u;
        for (var i = 0UL; i < buckets; i++)
        {
            var bucket = window.At(unchecked(table + (i * 4)), 4);
            if (bucket.Length < 4)
            {
                return 0;
            }

            last = Math.Max(last, window.Word(bucket, 0));
        }

        return last;
    }

    private static long? ChainEnd(FileWindow window, ulong chains, uint first, uint last)
    {
        for (var symbol = (ulong)last; symbol < MaxSymbols; symbol++)
        {
            var entry = window.At(unchecked(chains + ((symbol - first) * 4)), 4);
            if (entry.Length < 4)
            {
                return null;
            }

            if ((window.Word(entry, 0) & 1) != 0)
            {
                return (long)symbol + 1;
            }
        }

        return null;
    }

    /// <summary>A file that exports nothing has an empty GNU hash; linkers lay the strings behind the symbols.</summary>
    private static long? BeforeStrings(ElfTables tables, bool is64) =>
        tables.StringTable > tables.SymbolTable
            ? (long)Math.Min((tables.StringTable - tables.SymbolTable) / (ulong)ElfStringUses.SymbolSize(is64), long.MaxValue)
            : null;
}
