namespace Firn.Host.Binaries;

/// <summary>The names that a DLL of Windows exports.</summary>
/// <remarks>Microsoft's "PE Format": the optional header's data directories, "The .edata Section".</remarks>
internal sealed class PeExports(FileWindow window, SymbolNames names)
{
    private const ushort Magic32 = 0x10b;
    private const ushort Magic64 = 0x20b;
    private const int MaxSections = 96;

    private readonly List<Section> _sections = [];

    public SymbolAnswer Find()
    {
        window.IsLittleEndian = true;
        var dos = window.At(0, 64);
        if (dos.Length < 64)
        {
            return SymbolAnswer.Unknown;
        }

        var start = (ulong)window.Word(dos, 0x3c);
        var header = window.At(start, 26);
        if (header.Length < 26 || !header.StartsWith("PE\0\0"u8))
        {
            return SymbolAnswer.Unknown;
        }

        var magic = window.Half(header, 24);
        var sections = window.Half(header, 6);
        var optionalSize = window.Half(header, 20);
        var isWide = magic == Magic64;
        // The first data directory is that of the exports; before it stands how many there are.
        var directory = window.At(start + 24 + (isWide ? 108UL : 92UL), 8);
        if (magic is not (Magic32 or Magic64) || directory.Length < 8 || sections > MaxSections)
        {
            return SymbolAnswer.Unknown;
        }

        var exports = window.Word(directory, 0) == 0 ? 0 : window.Word(directory, 4);
        return ReadSections(start + 24 + optionalSize, sections) && exports != 0
            ? FindIn(exports)
            : SymbolAnswer.Unknown;
    }

    private bool ReadSections(ulong start, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var entry = window.At(start + (ulong)(i * 40), 40);
            if (entry.Length < 40)
            {
                return false;
            }

            _sections.Add(new Section(window.Word(entry, 12), window.Word(entry, 16), window.Word(entry, 20)));
        }

        return true;
    }

    private SymbolAnswer FindIn(uint exports)
    {
        if (FileOffset(exports) is not { } at || window.At(at, 40) is not { Length: 40 } table)
        {
            return SymbolAnswer.Unknown;
        }

        var count = window.Word(table, 24);
        if (count is 0 or > ExportedSymbols.MaxSymbols || FileOffset(window.Word(table, 32)) is not { } list)
        {
            return SymbolAnswer.Unknown;
        }

        for (var i = 0u; i < count; i++)
        {
            var entry = window.At(list + (i * 4UL), 4);
            if (entry.Length < 4)
            {
                return SymbolAnswer.Unknown;
            }

            if (FileOffset(window.Word(entry, 0)) is { } name && names.StandAt(name))
            {
                return SymbolAnswer.Exported;
            }
        }

        return SymbolAnswer.Missing;
    }

    private ulong? FileOffset(uint address)
    {
        foreach (var section in _sections)
        {
            if (address >= section.Address && address - section.Address < section.Size)
            {
                return (ulong)section.Offset + (address - section.Address);
            }
        }

        return null;
    }

    /// <summary>Where a part of the file lies in memory.</summary>
    private sealed record Section(uint Address, uint Size, uint Offset);
}
