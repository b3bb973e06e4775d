namespace Firn.Host.Binaries;

/// <summary>
/// The external symbols of a Mach-O file of macOS, thin or of several architectures: <c>LC_SYMTAB</c>, which
/// <c>strip</c> leaves the external symbols in.
/// </summary>
/// <remarks>Apple's <c>mach-o/loader.h</c>, <c>fat.h</c> and <c>nlist.h</c>.</remarks>
internal sealed class MachExports(FileWindow window, SymbolNames names)
{
    private const uint Magic32 = 0xfeedface;
    private const uint Magic64 = 0xfeedfacf;
    private const uint FatMagic32 = 0xcafebabe;
    private const uint FatMagic64 = 0xcafebabf;
    private const uint SymbolTableCommand = 2;
    // A class file of Java begins like a fat file, and then seems to have dozens of architectures.
    private const uint MaxArchitectures = 16;
    private const uint MaxCommands = 4096;

    public SymbolAnswer Find()
    {
        window.IsLittleEndian = false;
        var header = window.At(0, 8);
        if (header.Length < 8)
        {
            return SymbolAnswer.Unknown;
        }

        var magic = window.Word(header, 0);
        return magic is FatMagic32 or FatMagic64
            ? FindInAny(window.Word(header, 4), magic == FatMagic64)
            : FindAt(0);
    }

    private SymbolAnswer FindInAny(uint architectures, bool isWide)
    {
        var answer = SymbolAnswer.Unknown;
        for (var i = 0u; i < architectures && architectures <= MaxArchitectures; i++)
        {
            window.IsLittleEndian = false;
            var size = isWide ? 32 : 20;
            var entry = window.At(8 + (i * (ulong)size), size);
            if (entry.Length < size)
            {
                return answer;
            }

            var found = FindAt(window.Native(entry, 8, isWide));
            if (found == SymbolAnswer.Exported)
            {
                return found;
            }

            answer = found == SymbolAnswer.Missing ? found : answer;
        }

        return answer;
    }

    private SymbolAnswer FindAt(ulong start)
    {
        window.IsLittleEndian = true;
        var header = window.At(start, 24);
        if (header.Length < 24)
        {
            return SymbolAnswer.Unknown;
        }

        var magic = window.Word(header, 0);
        if (magic is not (Magic32 or Magic64))
        {
            window.IsLittleEndian = false;
            magic = window.Word(header, 0);
        }

        if (magic is not (Magic32 or Magic64))
        {
            return SymbolAnswer.Unknown;
        }

        var count = window.Word(header, 16);
        var at = unchecked(start + (magic == Magic64 ? 32UL : 28UL));
        for (var i = 0u; i < count && i < MaxCommands; i++)
        {
            var command = window.At(at, 24);
            if (command.Length < 8 || window.Word(command, 4) < 8)
            {
                return SymbolAnswer.Unknown;
            }

            if (window.Word(command, 0) == SymbolTableCommand)
            {
                return command.Length < 24 ? SymbolAnswer.Unknown : FindInTable(start, command, magic == Magic64);
            }

            at = unchecked(at + window.Word(command, 4));
        }

        return SymbolAnswer.Unknown;
    }

    private SymbolAnswer FindInTable(ulong start, ReadOnlySpan<byte> command, bool is64)
    {
        var symbols = unchecked(start + window.Word(command, 8));
        var count = window.Word(command, 12);
        var strings = unchecked(start + window.Word(command, 16));
        var stringsSize = window.Word(command, 20);
        if (count is 0 or > ExportedSymbols.MaxSymbols)
        {
            return SymbolAnswer.Unknown;
        }

        var size = is64 ? 16 : 12;
        for (var i = 0u; i < count; i++)
        {
            var entry = window.At(unchecked(symbols + (i * (ulong)size)), size);
            if (entry.Length < size)
            {
                return SymbolAnswer.Unknown;
            }

            var name = window.Word(entry, 0);
            if (IsDefinedExternal(entry[4]) && name < stringsSize && names.StandAt(unchecked(strings + name)))
            {
                return SymbolAnswer.Exported;
            }
        }

        return SymbolAnswer.Missing;
    }

    /// <summary>N_EXT is set, N_STAB is not, and N_TYPE is another than N_UNDF.</summary>
    private static bool IsDefinedExternal(byte type) => (type & 0x01) != 0 && (type & 0xe0) == 0 && (type & 0x0e) != 0;
}
