namespace Firn.Conda;

/// <summary>Words of a lock in messages: one line, and nothing that moves the cursor of a terminal.</summary>
internal static class PrintableText
{
    private const int MaxLength = 300;

    public static string Printable(string text)
    {
        text = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "...");
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return Replaced(text);
            }
        }

        return text;
    }

    private static string Replaced(string text)
    {
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = char.IsControl(characters[i]) ? '?' : characters[i];
        }

        return new string(characters);
    }
}

/// <summary>Digests as locks write them.</summary>
internal static class HexDigest
{
    public static string? Sha256(ReadOnlySpan<char> text) => Digits(text, 64);

    public static string? Md5(ReadOnlySpan<char> text) => Digits(text, 32);

    private static string? Digits(ReadOnlySpan<char> text, int length)
    {
        if (text.Length != length)
        {
            return null;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return null;
            }
        }

        return text.ToString().ToLowerInvariant();
    }
}
