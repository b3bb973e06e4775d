namespace Firn.Host;

/// <summary>Finds the GNU build id among an ELF file's notes.</summary>
internal static class ElfNotes
{
    private const int MostNotes = 64;
    private const int LongestBuildId = 64;
    private const uint BuildIdType = 3;

    public static string? BuildId(ElfWindow window, List<ElfSegment> segments)
    {
        var budget = MostNotes;
        foreach (var segment in segments)
        {
            if (BuildId(window, segment, ref budget) is { } buildId)
            {
                return buildId;
            }
        }

        return null;
    }

    private static string? BuildId(ElfWindow window, ElfSegment segment, ref int budget)
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
            if (isBuildId && size is > 0 and <= LongestBuildId)
            {
                var bytes = window.At(unchecked(segment.Offset + descriptor), (int)size);
                return bytes.Length == size ? Convert.ToHexStringLower(bytes) : null;
            }

            at = Align(descriptor + size, alignment);
        }

        return null;
    }

    private static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
