namespace Firn.Host;

/// <summary>Finds the GNU build id among an ELF file's notes.</summary>
internal static class ElfNotes
{
    private const int MostNotes = 64;
    private const int LongestBuildId = 64;
    private const uint BuildIdType = 3;
    private const string HexDigits = "0123456789abcdef";

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
                return bytes.Length == size ? Hex(bytes) : null;
            }

            at = Align(descriptor + size, alignment);
        }

        return null;
    }

    /// <summary>By hand: the vector code of <see cref="Convert"/> is not precompiled, which costs more than it saves here.</summary>
    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        Span<char> digits = stackalloc char[2 * LongestBuildId];
        for (var i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = HexDigits[bytes[i] >> 4];
            digits[(2 * i) + 1] = HexDigits[bytes[i] & 15];
        }

        return new string(digits[..(2 * bytes.Length)]);
    }

    private static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
