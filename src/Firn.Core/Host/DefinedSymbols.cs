using System.Text;
using Firn.Common;

namespace Firn.Host;

/// <summary>Says whether a shared object defines a symbol for others: its name is not enough to know a library by.</summary>
/// <remarks>System V ABI, chapter 4, "Symbol Table"; section headers are not used.</remarks>
internal static class DefinedSymbols
{
    private const int MostNames = 64 * 1024 * 1024;

    /// <summary>Whether the file defines one of the symbols; false where it cannot be read.</summary>
    public static bool HasAny(string path, params ReadOnlySpan<string> names)
    {
        using var handle = BoundedFile.Open(path, out _);
        if (handle is null)
        {
            return false;
        }

        try
        {
            var window = new ElfWindow();
            window.Show(handle);
            var tables = new ElfTables();
            return ElfTableReader.Read(window, tables).Image is { } image
                && tables.StringTableSize <= MostNames
                && tables.FileOffset(tables.StringTable) is { } strings
                && Find(handle, strings, (int)tables.StringTableSize, names) is { Count: > 0 } offsets
                && IsDefined(window, tables, image, offsets);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where the names stand in the string table. Linkers lay short ones into the ends of others.</summary>
    private static HashSet<uint> Find(
        Microsoft.Win32.SafeHandles.SafeFileHandle handle, ulong strings, int size, ReadOnlySpan<string> names)
    {
        var offsets = new HashSet<uint>();
        var text = new byte[Math.Min(size, RandomAccess.GetLength(handle))];
        var length = RandomAccess.Read(handle, text, (long)strings);
        foreach (var name in names)
        {
            var wanted = Encoding.ASCII.GetBytes(name + "\0");
            var start = 0;
            while (text.AsSpan(start, length - start).IndexOf(wanted) is >= 0 and var found)
            {
                offsets.Add((uint)(start + found));
                start += found + wanted.Length;
            }
        }

        return offsets;
    }

    private static bool IsDefined(ElfWindow window, ElfTables tables, ElfImage image, HashSet<uint> names)
    {
        if (ElfSymbolCounter.Count(window, tables, image) is not { } count
            || tables.FileOffset(tables.SymbolTable) is not { } at)
        {
            return false;
        }

        var size = ElfStringUses.SymbolSize(image.Is64Bit);
        for (var i = 0L; i < count; i++, at += (ulong)size)
        {
            var symbol = window.At(at, size);
            if (symbol.Length < size)
            {
                return false;
            }

            // st_shndx: 0 is a symbol that another library has to define.
            if (names.Contains(window.Word(symbol, 0)) && window.Half(symbol, image.Is64Bit ? 6 : 14) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
