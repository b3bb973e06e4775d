namespace Firn.Conda.Locks;

/// <summary>Digests as locks write them.</summary>
internal static class LockHash
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
