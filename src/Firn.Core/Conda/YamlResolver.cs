namespace Firn.Conda;

/// <summary>Which plain scalars a reader takes for something else than a string (ruamel.yaml resolver.py, YAML 1.2).</summary>
internal static class YamlResolver
{
    public static bool IsOtherThanString(string text) => text is
        "~" or "null" or "Null" or "NULL" or "<<" or "=" or "true" or "True" or "TRUE" or "false" or "False" or "FALSE"
        or ".nan" or ".NaN" or ".NAN" || IsInteger(text) || IsReal(text) || IsDate(text);

    private static ReadOnlySpan<char> WithoutSign(ReadOnlySpan<char> text) =>
        text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;

    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        var digits = WithoutSign(text);
        if (digits.Length == 0)
        {
            return false;
        }

        return !digits.ContainsAnyExcept(Decimal)
            || (digits.Length > 2 && ((digits.StartsWith("0b") && !digits[2..].ContainsAnyExcept("01_"))
                || (digits.StartsWith("0o") && !digits[2..].ContainsAnyExcept(Octal))
                || (digits.StartsWith("0x") && !digits[2..].ContainsAnyExcept(Hexadecimal))));
    }

    private static bool IsReal(ReadOnlySpan<char> text)
    {
        var digits = WithoutSign(text);
        if (digits is ".inf" or ".Inf" or ".INF")
        {
            return true;
        }

        var exponent = digits.IndexOfAny('e', 'E');
        if (exponent >= 0)
        {
            var power = WithoutSign(digits[(exponent + 1)..]);
            if (power.Length == 0 || power.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            digits = digits[..exponent];
        }

        var dot = digits.IndexOf('.');
        if (dot < 0)
        {
            return exponent >= 0 && digits.Length > 0 && char.IsAsciiDigit(digits[0]) && !digits.ContainsAnyExcept(Decimal);
        }

        var whole = digits[..dot];
        var part = digits[(dot + 1)..];
        return !part.ContainsAnyExcept(Decimal) && !whole.ContainsAnyExcept(Decimal)
            && (whole.Length > 0 ? char.IsAsciiDigit(whole[0]) : part.Length > 0);
    }

    /// <summary><c>2024-01-01</c>, alone or with a time behind it.</summary>
    private static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length < 8 || text[4] != '-' || text[..4].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        if (text.Length == 10)
        {
            return text[7] == '-' && !text[5..7].ContainsAnyExceptInRange('0', '9')
                && !text[8..].ContainsAnyExceptInRange('0', '9');
        }

        return text.Contains(':') && char.IsAsciiDigit(text[5]) && text.Length > 13
            && !text.ContainsAnyExcept(TimeCharacters);
    }

    private static readonly System.Buffers.SearchValues<char> Decimal = System.Buffers.SearchValues.Create("0123456789_");

    private static readonly System.Buffers.SearchValues<char> Octal = System.Buffers.SearchValues.Create("01234567_");

    private static readonly System.Buffers.SearchValues<char> Hexadecimal =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF_");

    private static readonly System.Buffers.SearchValues<char> TimeCharacters =
        System.Buffers.SearchValues.Create("0123456789-+:.TtZ ");
}
