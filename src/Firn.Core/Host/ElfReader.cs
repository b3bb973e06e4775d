using System.Collections.Immutable;
using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Host;

/// <summary>
/// Reads what the loader reads of an ELF file: program headers, dynamic section, its strings, notes. Section headers
/// are never used (stripped files have none). Every count has a limit, so that no file costs more than a few reads.
/// </summary>
/// <remarks>System V ABI, chapters 4 and 5; <c>elf(5)</c>.</remarks>
internal sealed class ElfReader
{
    private const int MostNameCharacters = 256 * 1024;

    private readonly ElfWindow _window = new();

    public ElfReadResult Read(string path)
    {
        using var handle = BoundedFile.Open(path, out var status);
        if (handle is null)
        {
            return status == FileReadStatus.Missing
                ? new ElfReadResult(ElfStatus.Missing, null, "not found")
                : new ElfReadResult(
                    ElfStatus.Unreadable, null, status == FileReadStatus.Denied ? "permission denied" : "not readable");
        }

        return Read(handle);
    }

    public ElfReadResult Read(SafeFileHandle handle)
    {
        _window.Show(handle);
        return ReadSafely();
    }

    public ElfReadResult Read(Stream stream)
    {
        _window.Show(stream);
        return ReadSafely();
    }

    private ElfReadResult ReadSafely()
    {
        try
        {
            return ReadImage();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ElfReadResult(ElfStatus.Unreadable, null, "not a readable file");
        }
    }

    private ElfReadResult ReadImage()
    {
        var tables = new ElfTables();
        var result = ElfTableReader.Read(_window, tables);
        return result.Image is { } image ? ReadNames(image, tables) : result;
    }

    private ElfReadResult ReadNames(ElfImage image, ElfTables tables)
    {
        var buildId = ElfNotes.BuildId(_window, tables.Notes);
        var interpreter = tables.Interpreter is { } segment ? _window.Text(segment.Offset) : null;
        image = image with { BuildId = buildId, Interpreter = interpreter };
        var named = tables.Needed.Count > 0 || tables.Soname is not null
            || tables.RPath is not null || tables.RunPath is not null;
        if (!named)
        {
            return new ElfReadResult(ElfStatus.Read, image, null);
        }

        if (tables.FileOffset(tables.StringTable) is not { } strings)
        {
            return ElfTableReader.Malformed("its string table is in no segment");
        }

        var needed = ImmutableArray.CreateBuilder<string>(tables.Needed.Count);
        var characters = 0;
        foreach (var offset in tables.Needed)
        {
            if (Name(tables, strings, offset) is not { } name)
            {
                return ElfTableReader.Malformed("the name of a needed library is not in its string table");
            }

            characters += name.Length;
            if (characters > MostNameCharacters)
            {
                return ElfTableReader.Malformed("the names of its needed libraries are too long");
            }

            needed.Add(name);
        }

        return new ElfReadResult(
            ElfStatus.Read,
            image with
            {
                Needed = needed.MoveToImmutable(),
                Soname = Name(tables, strings, tables.Soname),
                RPath = Name(tables, strings, tables.RPath),
                RunPath = Name(tables, strings, tables.RunPath),
                RequiredGlibc = ElfVersionNeeds.HighestGlibc(_window, tables, strings),
            },
            null);
    }

    private string? Name(ElfTables tables, ulong strings, ulong? offset) =>
        offset is { } at && at < tables.StringTableSize ? _window.Text(unchecked(strings + at)) : null;
}
