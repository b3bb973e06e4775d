namespace Firn.Common;

/// <summary>
/// Hexadecimal digits, in lower case. <see cref="Convert"/> has them too, with vectors that ready-to-run code may not
/// use, so that it is compiled anew in every process.
/// </summary>
internal static class Hex
{
    private const string Digits = "0123456789abcdef";

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = Digits[bytes[i] >> 4];
            text[(2 * i) + 1] = Digits[bytes[i] & 15];
        }

        return new string(text);
    }

    /// <summary>Whether a text is nothing but lower-case digits.</summary>
    public static bool IsLower(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The bytes of an even number of digits in either case; <see langword="null"/> for any other text.</summary>
    public static byte[]? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length % 2 != 0)
        {
            return null;
        }

        var bytes = new byte[text.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            var high = Value(text[2 * i]);
            var low = Value(text[(2 * i) + 1]);
            if (high < 0 || low < 0)
            {
                return null;
            }

            bytes[i] = (byte)((high << 4) | low);
        }

        return bytes;
    }

    private static int Value(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}

/// <summary>
/// New ids of 32 hexadecimal digits: UUIDs of version 4. The framework writes those with vectors that ready-to-run code may
/// not use, so that its code is compiled anew in every process.
/// </summary>
internal static class UniqueId
{
    public static string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        return Hex.Of(bytes);
    }
}
