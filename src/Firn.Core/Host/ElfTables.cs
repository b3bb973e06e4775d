namespace Firn.Host;

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
