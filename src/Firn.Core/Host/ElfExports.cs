namespace Firn.Host;

/// <summary>The defined dynamic symbols of an ELF file. Section headers are not used: stripped files have none.</summary>
/// <remarks>System V ABI, chapter 4, "Symbol Table".</remarks>
internal sealed class ElfExports(ElfWindow window, SymbolNames names)
{
    private const ushort Undefined = 0;

    public SymbolAnswer Find()
    {
        var tables = new ElfTables();
        if (ElfTableReader.Read(window, tables).Image is not { } image
            || ElfSymbolCounter.Count(window, tables, image) is not { } count
            || count is 0 or > ExportedSymbols.MostSymbols
            || tables.FileOffset(tables.SymbolTable) is not { } symbols
            || tables.FileOffset(tables.StringTable) is not { } strings)
        {
            return SymbolAnswer.Unknown;
        }

        var size = image.Is64Bit ? 24 : 16;
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
