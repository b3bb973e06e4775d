using System.Buffers;

namespace Firn.Archives.Secrets;

/// <summary>
/// Finds private keys in the bytes of any file, source code among them: the line that begins one (RFC 7468, OpenSSH, PGP), and
/// behind it a key, as lines, as text of JSON or of a program, in UTF-8 or UTF-16. The line alone, as a parser or a message
/// has it, is none.
/// </summary>
internal static class PrivateKeys
{
    /// <summary>The shortest key, of Ed25519, has 64 digits; a line of others has as many.</summary>
    private const int FewestDigits = 40;

    /// <summary>Between the first line and the key may stand what it is encrypted with, or a program's signs.</summary>
    private const int MaxBetween = 400;

    /// <summary>The longest beginning, with the name of a kind of key.</summary>
    private const int MaxBefore = 40;

    private static readonly SearchValues<byte> KindOfKey = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "u8);

    private static ReadOnlySpan<byte> Mark => "PRIVATE KEY"u8;

    /// <summary>Every other byte of a text in UTF-16 is 0.</summary>
    private static ReadOnlySpan<byte> WideMark => "P\0R\0I\0V\0A\0T\0E\0 \0K\0E\0Y"u8;

    /// <summary>Whether there is one.</summary>
    public static bool Contains(ReadOnlySpan<byte> content) =>
        IsIn(content) || (content.IndexOf(WideMark) is >= 0 and var wide && IsIn(Narrow(content[(wide - (2 * Math.Min(MaxBefore, wide / 2)))..])));

    private static bool IsIn(ReadOnlySpan<byte> content)
    {
        while (content.IndexOf(Mark) is >= 0 and var at)
        {
            var isBegun = IsBegun(content[..at]);
            content = content[(at + Mark.Length)..];
            var end = content.StartsWith("-----"u8) ? 5 : content.StartsWith(" BLOCK-----"u8) ? 11 : 0;
            if (isBegun && end > 0 && IsKey(content[end..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text ends as a key's first line begins: with the name of its kind behind.</summary>
    private static bool IsBegun(ReadOnlySpan<byte> text)
    {
        var line = text[Math.Max(0, text.Length - MaxBefore)..];
        return line.LastIndexOf("-----BEGIN "u8) is >= 0 and var begin
            && line[(begin + "-----BEGIN ".Length)..].IndexOfAnyExcept(KindOfKey) < 0;
    }

    /// <summary>Digits of base 64 in one piece, more than a word or a path has; a sum in hexadecimal lacks capitals.</summary>
    private static bool IsKey(ReadOnlySpan<byte> text)
    {
        var start = 0;
        var kinds = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = (char)text[i];
            var isEscape = i > 0 && text[i - 1] == '\\' && (c is 'n' or 'r');
            var kind = char.IsAsciiLetterUpper(c) ? 1 : char.IsAsciiLetterLower(c) ? 2 : char.IsAsciiDigit(c) ? 4 : c is '+' or '/' or '=' ? 8 : 0;
            if (kind == 0 || isEscape)
            {
                start = i + 1;
                kinds = 0;
                if (start > MaxBetween || text[i..].StartsWith("-----"u8))
                {
                    return false;
                }

                continue;
            }

            kinds |= kind;
            if (i - start + 1 >= FewestDigits && (kinds & 7) == 7)
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Narrow(ReadOnlySpan<byte> wide)
    {
        var narrow = new byte[(wide.Length + 1) / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            narrow[i] = wide[2 * i];
        }

        return narrow;
    }
}
