using Firn.Common;

namespace Firn.Host;

/// <summary>
/// Asks a shared library of any system (ELF, Mach-O, PE) whether it exports one of a few symbols. Every count has a
/// limit, so that no file costs more than a few thousand small reads, and none throws.
/// </summary>
internal sealed class ExportedSymbols
{
    /// <summary>Libraries that are asked have some thousands; a file that claims more is answered with Unknown.</summary>
    public const int MostSymbols = 64 * 1024;

    private readonly ElfWindow _tables = new();
    private readonly ElfWindow _names = new();

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
