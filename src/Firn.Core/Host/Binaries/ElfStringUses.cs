namespace Firn.Host.Binaries;

/// <summary>
/// Who else uses the bytes of a string in an ELF file's string table: linkers keep one copy of equal strings, and lay a
/// short string into the end of a longer one.
/// </summary>
internal sealed class ElfStringUses
{
    private const int MaxVersions = 16 * 1024;
    private readonly ulong _text;
    private readonly ulong _start;
    private readonly ulong _end;

    private ElfStringUses(ulong start, ulong text, ulong end)
    {
        _start = start;
        _text = text;
        _end = end;
    }

    /// <summary>Whether another string holds or is this one.</summary>
    public bool IsPartOfAnother { get; private set; }

    /// <summary>Where the first string begins that lies in this one's end; <see langword="null"/> where none does.</summary>
    public ulong? FirstInside { get; private set; }

    /// <summary>The uses, but those of run paths at the very same place; <see langword="null"/> where they cannot be told.</summary>
    /// <param name="window">The file.</param>
    /// <param name="tables">Its tables.</param>
    /// <param name="image">Its class and machine.</param>
    /// <param name="start">Where the NUL-terminated text begins that holds the string, an offset in the string table.</param>
    /// <param name="text">Where the string begins.</param>
    /// <param name="end">Where its NUL is.</param>
    public static ElfStringUses? Find(
        FileWindow window, ElfTables tables, ElfImage image, ulong start, ulong text, ulong end)
    {
        var uses = new ElfStringUses(start, text, end);
        foreach (var name in tables.Needed)
        {
            uses.Add(name);
        }

        foreach (var name in tables.OtherNames)
        {
            uses.Add(name);
        }

        uses.Add(tables.Soname ?? ulong.MaxValue);
        uses.AddRunPath(tables.RPath);
        uses.AddRunPath(tables.RunPath);
        return uses.AddSymbols(window, tables, image)
            && uses.AddVersions(window, tables, tables.VersionNeeds, new VersionTable(16, 4, 8, 12, 8, 12))
            && uses.AddVersions(window, tables, tables.VersionDefinitions, new VersionTable(20, -1, 12, 16, 0, 4))
            ? uses
            : null;
    }

    /// <summary>The size of an entry in the symbol table.</summary>
    public static int SymbolSize(bool is64) => is64 ? 24 : 16;

    private void Add(ulong name)
    {
        if (name >= _start && name <= _text)
        {
            IsPartOfAnother = true;
        }
        else if (name > _text && name < _end)
        {
            FirstInside = Math.Min(FirstInside ?? ulong.MaxValue, name);
        }
    }

    private void AddRunPath(ulong? name)
    {
        if (name is { } other && other != _text)
        {
            Add(other);
        }
    }

    private bool AddSymbols(FileWindow window, ElfTables tables, ElfImage image)
    {
        if (ElfSymbolCounter.Count(window, tables, image) is not { } count)
        {
            return false;
        }

        if (count == 0)
        {
            return true;
        }

        if (tables.FileOffset(tables.SymbolTable) is not { } at)
        {
            return false;
        }

        for (var i = 0L; i < count; i++, at += (ulong)SymbolSize(image.Is64Bit))
        {
            var name = window.At(at, 4);
            if (name.Length < 4)
            {
                return false;
            }

            Add(window.Word(name, 0));
        }

        return true;
    }

    private bool AddVersions(FileWindow window, ElfTables tables, ulong address, VersionTable table)
    {
        if (address == 0)
        {
            return true;
        }

        if (tables.FileOffset(address) is not { } at)
        {
            return false;
        }

        var budget = MaxVersions;
        while (budget-- > 0)
        {
            var entry = window.At(at, table.EntrySize);
            if (entry.Length < table.EntrySize)
            {
                return false;
            }

            if (table.FileAt >= 0)
            {
                Add(window.Word(entry, table.FileAt));
            }

            var first = window.Word(entry, table.FirstAt);
            var next = window.Word(entry, table.NextAt);
            if (!AddNames(window, unchecked(at + first), table, ref budget))
            {
                return false;
            }

            if (next == 0)
            {
                return true;
            }

            at = unchecked(at + next);
        }

        return false;
    }

    private bool AddNames(FileWindow window, ulong at, VersionTable table, ref int budget)
    {
        var size = Math.Max(table.NameAt, table.NextNameAt) + 4;
        while (budget-- > 0)
        {
            var entry = window.At(at, size);
            if (entry.Length < size)
            {
                return false;
            }

            Add(window.Word(entry, table.NameAt));
            var next = window.Word(entry, table.NextNameAt);
            if (next == 0)
            {
                return true;
            }

            at = unchecked(at + next);
        }

        return false;
    }

    /// <summary>Where the fields of <c>DT_VERNEED</c> and <c>DT_VERDEF</c> entries, and of the names under them, lie.</summary>
    private readonly record struct VersionTable(
        int EntrySize, int FileAt, int FirstAt, int NextAt, int NameAt, int NextNameAt);
}
