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
    private const int MostSegments = 1024;
    private const int MostNeeded = 4096;
    private const int MostDynamicEntries = 16 * 1024;
    private const int MostNameCharacters = 256 * 1024;
    private const int IdentificationSize = 16;

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
        var header = _window.At(0, 64);
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
        _window.IsLittleEndian = header[5] == 1;
        if (header.Length < (is64 ? 64 : 52))
        {
            return Truncated("its header");
        }

        var image = new ElfImage
        {
            Is64Bit = is64,
            IsLittleEndian = _window.IsLittleEndian,
            Type = _window.Half(header, 16),
            Machine = _window.Half(header, 18),
        };
        var tables = new ElfTables();
        return ReadSegments(header, is64, tables)
            ?? ReadDynamic(is64, tables)
            ?? ReadNames(image, tables);
    }

    private ElfReadResult? ReadSegments(ReadOnlySpan<byte> header, bool is64, ElfTables tables)
    {
        var start = _window.Native(header, is64 ? 32 : 28, is64);
        var size = _window.Half(header, is64 ? 54 : 42);
        var count = _window.Half(header, is64 ? 56 : 44);
        var needed = is64 ? 56 : 32;
        if (count == 0)
        {
            return null;
        }

        if (size < needed || count > MostSegments)
        {
            return Malformed("impossible program headers");
        }

        for (var i = 0; i < count; i++)
        {
            var entry = _window.At(unchecked(start + (ulong)(i * size)), needed);
            if (entry.Length < needed)
            {
                return Truncated("its program headers");
            }

            Add(tables, _window.Word(entry, 0), Segment(entry, is64));
        }

        return null;
    }

    private ElfSegment Segment(ReadOnlySpan<byte> entry, bool is64) => is64
        ? new ElfSegment(
            _window.Native(entry, 8, true),
            _window.Native(entry, 16, true),
            _window.Native(entry, 32, true),
            _window.Native(entry, 48, true))
        : new ElfSegment(_window.Word(entry, 4), _window.Word(entry, 8), _window.Word(entry, 16), _window.Word(entry, 28));

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

    private ElfReadResult? ReadDynamic(bool is64, ElfTables tables)
    {
        if (tables.Dynamic is not { } dynamic)
        {
            return null;
        }

        var size = is64 ? 16 : 8;
        var count = dynamic.Size / (ulong)size;
        for (var i = 0UL; i < count; i++)
        {
            if (i == MostDynamicEntries)
            {
                return Malformed("too many dynamic entries");
            }

            var entry = _window.At(unchecked(dynamic.Offset + (i * (ulong)size)), size);
            if (entry.Length < size)
            {
                return Truncated("its dynamic section");
            }

            var tag = _window.Native(entry, 0, is64);
            if (tag == 0)
            {
                return null;
            }

            Set(tables, tag, _window.Native(entry, size / 2, is64));
            if (tables.Needed.Count > MostNeeded)
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
            case 5:
                tables.StringTable = value;
                break;
            case 10:
                tables.StringTableSize = value;
                break;
            case 14:
                tables.Soname = value;
                break;
            case 15:
                tables.RPath = value;
                break;
            case 29:
                tables.RunPath = value;
                break;
            case 0x6ffffffe:
                tables.VersionNeeds = value;
                break;
            default:
                break;
        }
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
            return Malformed("its string table is in no segment");
        }

        var needed = ImmutableArray.CreateBuilder<string>(tables.Needed.Count);
        var characters = 0;
        foreach (var offset in tables.Needed)
        {
            if (Name(tables, strings, offset) is not { } name)
            {
                return Malformed("the name of a needed library is not in its string table");
            }

            characters += name.Length;
            if (characters > MostNameCharacters)
            {
                return Malformed("the names of its needed libraries are too long");
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

    private static ElfReadResult Truncated(string what) =>
        new(ElfStatus.Truncated, null, $"the ELF file ends before {what}");

    private static ElfReadResult Malformed(string what) =>
        new(ElfStatus.Malformed, null, $"the ELF file is malformed: {what}");
}
