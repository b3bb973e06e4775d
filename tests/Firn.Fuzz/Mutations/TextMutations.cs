using System.Text;

namespace Firn.Fuzz.Mutations;

/// <summary>Puts in what parsers of text trip over: odd characters, deep nesting, numbers out of range.</summary>
internal static class TextMutations
{
    private static readonly byte[][] Characters =
    [
        [0], [0xEF, 0xBB, 0xBF], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80, 0xA8],
        [0xC2, 0x85], [0x0B], [0x0C], [0x1C], [0x7F], [0xC4, 0xB0], [0xF0, 0x9F, 0x98, 0x80], [0xC2, 0xA0],
        [.. "\\ud800"u8], [.. "\\u0000"u8], [.. "\\"u8], [.. "\""u8], [.. "'"u8], [.. "%zz"u8], [.. "%"u8], [.. "/../"u8],
        [.. "//"u8], [.. "://"u8], [.. "@"u8], [.. "\r"u8], [.. "\n"u8], [.. "\n\n"u8], [.. "{}"u8], [.. "${HOME}"u8], [.. "~"u8],
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "00000000000000000001", "2147483647", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e308", "1e999", "-0.0", "1e-400", "123456789012345678901234567890",
    ];

    private static readonly string[] Openers = ["[", "{\"a\":", "(", "{", "((", "<", "[[", "\"", "\\", "- ", "/", "../", "a/", "1.", ","];

    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        var at = random.Below(content.Length + 1);
        return random.Below(4) switch
        {
            0 or 1 => Insert(content, at, random.Pick<byte[]>(Characters)),
            2 => Number(content, at, random),
            _ => Insert(content, at, Nested(random)),
        };
    }

    private static byte[] Nested(FuzzRandom random)
    {
        var depth = random.OneIn(50) ? 100_000 : random.OneIn(4) ? 1000 : 80;
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(random.Pick<string>(Openers), 1 + random.Below(depth))));
    }

    /// <summary>Puts another number in the place of the next one.</summary>
    private static byte[] Number(byte[] content, int at, FuzzRandom random)
    {
        var start = at;
        while (start < content.Length && !char.IsAsciiDigit((char)content[start]))
        {
            start++;
        }

        var end = start;
        while (end < content.Length && char.IsAsciiDigit((char)content[end]))
        {
            end++;
        }

        return [.. content.AsSpan(0, start), .. Encoding.ASCII.GetBytes(random.Pick<string>(Numbers)), .. content.AsSpan(end)];
    }

    private static byte[] Insert(ReadOnlySpan<byte> content, int at, ReadOnlySpan<byte> piece) =>
        [.. content[..at], .. piece, .. content[at..]];
}
