using System.Collections.Immutable;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Host.Binaries;

/// <summary>
/// Reads what the loader reads of an ELF file: program headers, dynamic section, its strings, notes. Section headers
/// are never used (stripped files have none). Every count has a limit, so that no file costs more than a few reads.
/// </summary>
/// <remarks>System V ABI, chapters 4 and 5; <c>elf(5)</c>.</remarks>
internal sealed class ElfReader
{
    private const int MaxNameCharacters = 256 * 1024;

    private readonly FileWindow _window = new();

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
            if (characters > MaxNameCharacters)
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

/// <summary>An image, or why there is none.</summary>
/// <param name="Status">How reading ended.</param>
/// <param name="Image">The image where the status is Read.</param>
/// <param name="Message">What is wrong with the file, for a person.</param>
internal sealed record ElfReadResult(ElfStatus Status, ElfImage? Image, string? Message);

/// <summary>How reading an ELF file ended.</summary>
internal enum ElfStatus
{
    /// <summary>The image is there.</summary>
    Read,

    /// <summary>The file has another format, for example a linker script.</summary>
    NotElf,

    /// <summary>A table that the file names lies beyond its end.</summary>
    Truncated,

    /// <summary>The file contradicts itself or passes a limit.</summary>
    Malformed,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The file cannot be opened or read.</summary>
    Unreadable,
}

/// <summary>What an ELF file tells the loader, and its build id.</summary>
internal sealed record ElfImage
{
    /// <summary>Whether it is of class 64.</summary>
    public required bool Is64Bit { get; init; }

    public required bool IsLittleEndian { get; init; }

    /// <summary><c>e_machine</c>, see <see cref="ElfMachine"/>.</summary>
    public required ushort Machine { get; init; }

    public string? Soname { get; init; }

    /// <summary><c>DT_NEEDED</c>, in the file's order.</summary>
    public ImmutableArray<string> Needed { get; init; } = [];

    /// <summary><c>DT_RPATH</c>, not expanded.</summary>
    public string? RPath { get; init; }

    /// <summary><c>DT_RUNPATH</c>, not expanded.</summary>
    public string? RunPath { get; init; }

    /// <summary><c>PT_INTERP</c>.</summary>
    public string? Interpreter { get; init; }

    /// <summary>The GNU build id, in lower-case hexadecimal digits.</summary>
    public string? BuildId { get; init; }

    /// <summary>The highest glibc version among the symbol versions that it needs.</summary>
    public GlibcVersion? RequiredGlibc { get; init; }

    /// <summary>Whether the loader would take the other one into the same process.</summary>
    public bool FitsWith(ElfImage other) =>
        Is64Bit == other.Is64Bit && IsLittleEndian == other.IsLittleEndian && Machine == other.Machine;
}

/// <summary>Finds the GNU build id among an ELF file's notes.</summary>
internal static class ElfNotes
{
    private const int MaxNotes = 64;
    private const int MaxBuildIdLength = 64;
    private const uint BuildIdType = 3;
    private const string HexDigits = "0123456789abcdef";

    public static string? BuildId(FileWindow window, List<ElfSegment> segments)
    {
        var budget = MaxNotes;
        foreach (var segment in segments)
        {
            if (BuildId(window, segment, ref budget) is { } buildId)
            {
                return buildId;
            }
        }

        return null;
    }

    private static string? BuildId(FileWindow window, ElfSegment segment, ref int budget)
    {
        // Notes are padded to 4 bytes, but to 8 where the segment says so (glibc: elf/dl-load.h, ELF_NOTE_NEXT_OFFSET).
        var alignment = segment.Alignment == 8 ? 8UL : 4UL;
        var at = 0UL;
        while (segment.Size >= 12 && at <= segment.Size - 12 && budget-- > 0)
        {
            var header = window.At(unchecked(segment.Offset + at), 16);
            if (header.Length < 16)
            {
                return null;
            }

            var nameSize = window.Word(header, 0);
            var size = window.Word(header, 4);
            var descriptor = Align(at + 12 + nameSize, alignment);
            var isBuildId = window.Word(header, 8) == BuildIdType && nameSize == 4 && header[12..].SequenceEqual("GNU\0"u8);
            if (isBuildId && size is > 0 and <= MaxBuildIdLength)
            {
                var bytes = window.At(unchecked(segment.Offset + descriptor), (int)size);
                return bytes.Length == size ? Hex(bytes) : null;
            }

            at = Align(descriptor + size, alignment);
        }

        return null;
    }

    /// <summary>By hand: the vector code of <see cref="Convert"/> is not precompiled, which costs more than it saves here.</summary>
    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        Span<char> digits = stackalloc char[2 * MaxBuildIdLength];
        for (var i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = HexDigits[bytes[i] >> 4];
            digits[(2 * i) + 1] = HexDigits[bytes[i] & 15];
        }

        return new string(digits[..(2 * bytes.Length)]);
    }

    private static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
