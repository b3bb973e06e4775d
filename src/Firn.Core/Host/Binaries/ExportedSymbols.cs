using System.Text;
using Firn.Common.Files;

namespace Firn.Host.Binaries;

/// <summary>
/// Asks a shared library of any system (ELF, Mach-O, PE) whether it exports one of a few symbols. Every count has a
/// limit, so that no file costs more than a few thousand small reads, and none throws.
/// </summary>
internal sealed class ExportedSymbols
{
    /// <summary>Libraries that are asked have some thousands; a file that claims more is answered with Unknown.</summary>
    public const int MaxSymbols = 64 * 1024;

    private readonly FileWindow _tables = new();
    private readonly FileWindow _names = new();

    /// <summary>Whether the file exports one of the names, in C's spelling.</summary>
    public SymbolAnswer Find(string path, IReadOnlyList<string> names)
    {
        using var handle = BoundedFile.Open(path, out _);
        if (handle is null)
        {
            return SymbolAnswer.Unknown;
        }

        _tables.Show(handle);
        _names.Show(handle);
        return FindSafely(names);
    }

    /// <inheritdoc cref="Find(string, IReadOnlyList{string})"/>
    public SymbolAnswer Find(Stream stream, IReadOnlyList<string> names)
    {
        _tables.Show(stream);
        _names.Show(stream);
        return FindSafely(names);
    }

    private SymbolAnswer FindSafely(IReadOnlyList<string> names)
    {
        try
        {
            var start = _tables.At(0, 4);
            if (start.Length < 4)
            {
                return SymbolAnswer.Unknown;
            }

            if (start.StartsWith("\u007fELF"u8))
            {
                return new ElfExports(_tables, new SymbolNames(_names, names, prefix: string.Empty)).Find();
            }

            return start.StartsWith("MZ"u8)
                ? new PeExports(_tables, new SymbolNames(_names, names, prefix: string.Empty)).Find()
                : new MachExports(_tables, new SymbolNames(_names, names, prefix: "_")).Find();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SymbolAnswer.Unknown;
        }
    }
}

/// <summary>Whether a library exports a symbol.</summary>
internal enum SymbolAnswer
{
    /// <summary>The file tells no symbols, is damaged, or has another format.</summary>
    Unknown,

    /// <summary>It has a table of symbols, and none of the names is in it.</summary>
    Missing,

    /// <summary>It exports one of the names.</summary>
    Exported,
}

/// <summary>The names that are looked for, compared where they stand in a file's strings.</summary>
internal sealed class SymbolNames
{
    private readonly FileWindow _window;
    private readonly byte[][] _names;

    /// <param name="window">A window on the file of its own: the one on the tables must not move for each name.</param>
    /// <param name="names">In C's spelling.</param>
    /// <param name="prefix">What the format puts before each: Mach-O has an underscore.</param>
    public SymbolNames(FileWindow window, IReadOnlyList<string> names, string prefix)
    {
        _window = window;
        _names = new byte[names.Count][];
        for (var i = 0; i < names.Count; i++)
        {
            _names[i] = Encoding.ASCII.GetBytes($"{prefix}{names[i]}\0");
        }
    }

    /// <summary>Whether one of the names stands at the offset.</summary>
    public bool StandAt(ulong offset)
    {
        foreach (var name in _names)
        {
            if (_window.At(offset, name.Length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The defined dynamic symbols of an ELF file. Section headers are not used: stripped files have none.</summary>
/// <remarks>System V ABI, chapter 4, "Symbol Table".</remarks>
internal sealed class ElfExports(FileWindow window, SymbolNames names)
{
    private const ushort Undefined = 0;

    public SymbolAnswer Find()
    {
        var tables = new ElfTables();
        if (ElfTableReader.Read(window, tables).Image is not { } image
            || ElfSymbolCounter.Count(window, tables, image) is not { } count
            || count is 0 or > ExportedSymbols.MaxSymbols
            || tables.FileOffset(tables.SymbolTable) is not { } symbols
            || tables.FileOffset(tables.StringTable) is not { } strings)
        {
            return SymbolAnswer.Unknown;
        }

        var size = ElfStringUses.SymbolSize(image.Is64Bit);
        var section = image.Is64Bit ? 6 : 14;
        for (var i = 1L; i < count; i++)
        {
            var entry = window.At(unchecked(symbols + (ulong)(i * size)), size);
            if (entry.Length < size)
            {
                return SymbolAnswer.Unknown;
            }

            var name = window.Word(entry, 0);
            if (window.Half(entry, section) != Undefined && name < tables.StringTableSize
                && names.StandAt(unchecked(strings + name)))
            {
                return SymbolAnswer.Exported;
            }
        }

        return SymbolAnswer.Missing;
    }
}
