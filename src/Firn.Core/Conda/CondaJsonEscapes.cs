using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Conda;

/// <summary>The escapes in JSON strings, RFC 8259 section 7.</summary>
internal static class CondaJsonEscapes
{
    /// <summary>
    /// The next quote, backslash or control character, looked for eight bytes at a time; within the last eight bytes of
    /// the document, and on a machine of the other byte order, a place before it.
    /// </summary>
    public static int SkipPlain(ReadOnlySpan<byte> json, int i)
    {
        const ulong Ones = 0x0101010101010101;
        const ulong Highs = 0x8080808080808080;
        ref var first = ref MemoryMarshal.GetReference(json);
        while (i + sizeof(ulong) <= json.Length && BitConverter.IsLittleEndian)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i));
            var quotes = eight ^ (Ones * '"');
            var backslashes = eight ^ (Ones * '\\');
            // The high bit of (x - n) & ~x is set in each byte below n, and falsely only above such a byte.
            var special = ((quotes - Ones) & ~quotes) | ((backslashes - Ones) & ~backslashes) | ((eight - (Ones * ' ')) & ~eight);
            if ((special & Highs) != 0)
            {
                return i + (BitOperations.TrailingZeroCount(special & Highs) / 8);
            }

            i += sizeof(ulong);
        }

        return i;
    }

    /// <summary>How long the escape is that starts at the backslash; 0 where it is none.</summary>
    public static int LengthAt(ReadOnlySpan<byte> json, int backslash)
    {
        if (backslash + 1 >= json.Length)
        {
            return 0;
        }

        return json[backslash + 1] switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
            (byte)'u' => backslash + 6 <= json.Length && CodeUnit(json.Slice(backslash + 2, 4)) >= 0 ? 6 : 0,
            _ => 0,
        };
    }

    /// <summary>The text of a string whose escapes are known to be whole.</summary>
    public static string Remove(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length);
        while (value.IndexOf((byte)'\\') is >= 0 and var backslash)
        {
            text.Append(Encoding.UTF8.GetString(value[..backslash]));
            var escape = value[backslash + 1];
            text.Append(escape switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'u' => (char)CodeUnit(value.Slice(backslash + 2, 4)),
                _ => (char)escape,
            });
            value = value[(backslash + (escape == 'u' ? 6 : 2))..];
        }

        return text.Append(Encoding.UTF8.GetString(value)).ToString();
    }

    private static int CodeUnit(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ushort unit, out var consumed, 'x') && consumed == 4 ? unit : -1;
}
