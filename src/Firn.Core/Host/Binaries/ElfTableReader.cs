namespace Firn.Host.Binaries;

/// <summary>
/// Reads an ELF file's header, program headers and dynamic section: where its tables are. Every count has a limit.
/// The window is left with the file's byte order.
/// </summary>
/// <remarks>System V ABI, chapters 4 and 5; <c>elf(5)</c>.</remarks>
internal static class ElfTableReader
{
    private const int MaxSegments = 1024;
    private const int MaxNeeded = 4096;
    private const int MaxDynamicEntries = 16 * 1024;
    private const int IdentificationSize = 16;

    /// <summary>What is wrong, or a result with the kind of file and no names yet; then the tables are filled.</summary>
    public static ElfReadResult Read(FileWindow window, ElfTables tables)
    {
        var header = window.At(0, 64);
        if (header.Length < 4 || !header.StartsWith("\u007fELF"u8))
        {
            return new ElfReadResult(ElfStatus.NotElf, null, "not an ELF file");
        }

        if (header.Length < IdentificationSize)
        {
            return Truncated("its header");
        }

        if (header[4] is not (1 or 2) || header[5] is not (1 or 2))
        {
            return Malformed("unknown class or byte order");
        }

        var is64 = header[4] == 2;
        window.IsLittleEndian = header[5] == 1;
        if (header.Length < (is64 ? 64 : 52))
        {
            return Truncated("its header");
        }

        var image = new ElfImage
        {
            Is64Bit = is64,
            IsLittleEndian = window.IsLittleEndian,
            Machine = window.Half(header, 18),
        };
        return ReadSegments(window, header, is64, tables)
            ?? ReadDynamic(window, is64, tables)
            ?? new ElfReadResult(ElfStatus.Read, image, null);
    }

    public static ElfReadResult Malformed(string what) =>
        new(ElfStatus.Malformed, null, $"the ELF file is malformed: {what}");

    private static ElfReadResult? ReadSegments(FileWindow window, ReadOnlySpan<byte> header, bool is64, ElfTables tables)
    {
        var start = window.Native(header, is64 ? 32 : 28, is64);
        var size = window.Half(header, is64 ? 54 : 42);
        var count = window.Half(header, is64 ? 56 : 44);
        var needed = is64 ? 56 : 32;
        if (count == 0)
        {
            return null;
        }

        if (size < needed || count > MaxSegments)
        {
            return Malformed("impossible program headers");
        }

        for (var i = 0; i < count; i++)
        {
            var entry = window.At(unchecked(start + (ulong)(i * size)), needed);
            if (entry.Length < needed)
            {
                return Truncated("its program headers");
            }

            Add(tables, window.Word(entry, 0), Segment(window, entry, is64));
        }

        return null;
    }

    private static ElfSegment Segment(FileWindow window, ReadOnlySpan<byte> entry, bool is64) => is64
        ? new ElfSegment(
            window.Native(entry, 8, true),
            window.Native(entry, 16, true),
            window.Native(entry, 32, true),
            window.Native(entry, 48, true))
        : new ElfSegment(window.Word(entry, 4), window.Word(entry, 8), window.Word(entry, 16), window.Word(entry, 28));

    private static void Add(ElfTables tables, uint type, ElfSegment segment)
    {
        switch (type)
        {
            case 1:
                tables.Loads.Add(segment);
                break;
            case 2:
                tables.Dynamic ??= segment;
                break;
            case 3:
                tables.Interpreter ??= segment;
                break;
            case 4:
                tables.Notes.Add(segment);
                break;
            default:
                break;
        }
    }

    private static ElfReadResult? ReadDynamic(FileWindow window, bool is64, ElfTables tables)
    {
        if (tables.Dynamic is not { } dynamic)
        {
            return null;
        }

        var size = is64 ? 16 : 8;
        var count = dynamic.Size / (ulong)size;
        for (var i = 0UL; i < count; i++)
        {
            if (i == MaxDynamicEntries)
            {
                return Malformed("too many dynamic entries");
            }

            var entry = window.At(unchecked(dynamic.Offset + (i * (ulong)size)), size);
            if (entry.Length < size)
            {
                return Truncated("its dynamic section");
            }

            var tag = window.Native(entry, 0, is64);
            if (tag == 0)
            {
                return null;
            }

            Set(tables, tag, window.Native(entry, size / 2, is64));
            if (tables.Needed.Count > MaxNeeded)
            {
                return Malformed("too many needed libraries");
            }
        }

        return null;
    }

    private static void Set(ElfTables tables, ulong tag, ulong value)
    {
        switch (tag)
        {
            case 1:
                tables.Needed.Add(value);
                break;
            case 4:
                tables.Hash = value;
                break;
            case 5:
                tables.StringTable = value;
                break;
            case 6:
                tables.SymbolTable = value;
                break;
            case 10:
                tables.StringTableSize = value;
                break;
            case 14:
                tables.Soname = value;
                break;
            case 15:
                Supersede(tables, tables.RPath);
                tables.RPath = value;
                break;
            case 29:
                Supersede(tables, tables.RunPath);
                tables.RunPath = value;
                break;
            case 0x6ffffef5:
                tables.GnuHash = value;
                break;
            case 0x6ffffffc:
                tables.VersionDefinitions = value;
                break;
            case 0x6ffffffe:
                tables.VersionNeeds = value;
                break;
            // DT_CONFIG, DT_DEPAUDIT, DT_AUDIT, DT_AUXILIARY, DT_FILTER.
            case 0x6ffffefa or 0x6ffffefb or 0x6ffffefc or 0x7ffffffd or 0x7fffffff:
                tables.OtherNames.Add(value);
                break;
            default:
                break;
        }
    }

    private static void Supersede(ElfTables tables, ulong? earlier)
    {
        if (earlier is { } name)
        {
            tables.OtherNames.Add(name);
        }
    }

    private static ElfReadResult Truncated(string what) =>
        new(ElfStatus.Truncated, null, $"the ELF file ends before {what}");
}

/// <summary>Where a file's program headers say its tables are, and what its dynamic section names; offsets not yet checked.</summary>
internal sealed class ElfTables
{
    public List<ElfSegment> Loads { get; } = [];

    public List<ElfSegment> Notes { get; } = [];

    public ElfSegment? Dynamic { get; set; }

    public ElfSegment? Interpreter { get; set; }

    /// <summary>Offsets of the <c>DT_NEEDED</c> names in the string table.</summary>
    public List<ulong> Needed { get; } = [];

    public ulong? Soname { get; set; }

    public ulong? RPath { get; set; }

    public ulong? RunPath { get; set; }

    /// <summary>Offsets of other names in the string table: filters, audit libraries, and run paths named a second time.</summary>
    public List<ulong> OtherNames { get; } = [];

    public ulong StringTable { get; set; }

    public ulong StringTableSize { get; set; } = ulong.MaxValue;

    public ulong VersionNeeds { get; set; }

    public ulong VersionDefinitions { get; set; }

    public ulong SymbolTable { get; set; }

    /// <summary><c>DT_HASH</c>, 0 where there is none.</summary>
    public ulong Hash { get; set; }

    /// <summary><c>DT_GNU_HASH</c>, 0 where there is none.</summary>
    public ulong GnuHash { get; set; }

    /// <summary>The file offset of an address, through <c>PT_LOAD</c>; <see langword="null"/> where no segment holds it.</summary>
    public ulong? FileOffset(ulong address)
    {
        foreach (var load in Loads)
        {
            if (address >= load.Address && address - load.Address < load.Size)
            {
                return unchecked(load.Offset + (address - load.Address));
            }
        }

        return null;
    }
}

/// <summary>One program header.</summary>
internal sealed record ElfSegment(ulong Offset, ulong Address, ulong Size, ulong Alignment);
