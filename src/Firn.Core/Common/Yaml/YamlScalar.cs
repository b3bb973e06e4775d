using System.Globalization;
using System.Text;

namespace Firn.Common.Yaml;

/// <summary>
/// Strings as conda's YAML writer puts them (ruamel.yaml emitter.py <c>analyze_scalar</c>, <c>choose_scalar_style</c>):
/// plain where that is safe, else in single quotes, in double quotes where it holds a single one or needs an escape.
/// </summary>
internal static class YamlScalar
{
    private const int BestWidth = 80;

    /// <param name="text">The string.</param>
    /// <param name="asciiOnly">Whether all but ASCII is escaped, as before conda 22.11.</param>
    public static string Of(string text, bool asciiOnly = false)
    {
        if (NeedsEscapes(text, asciiOnly))
        {
            return DoubleQuoted(text, asciiOnly);
        }

        if (IsPlain(text))
        {
            return text;
        }

        return text.Contains('\'', StringComparison.Ordinal) ? DoubleQuoted(text, asciiOnly) : $"'{text}'";
    }

    /// <summary>
    /// The member of a mapping at the top. A plain string with blanks is broken at the first blank behind column 80.
    /// </summary>
    public static string Member(string key, string text, bool asciiOnly)
    {
        var scalar = Of(text, asciiOnly);
        var line = $"{key}: {scalar}";
        if (line.Length <= BestWidth || scalar[0] is '"' or '\'')
        {
            return line;
        }

        var folded = new StringBuilder();
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isLoneBlank = line[i] == ' ' && line[i - 1] != ' ' && i + 1 < line.Length && line[i + 1] != ' ';
            if (isLoneBlank && column > BestWidth)
            {
                folded.Append("\n  ");
                column = 2;
                continue;
            }

            folded.Append(line[i]);
            column++;
        }

        return folded.ToString();
    }

    private static bool NeedsEscapes(string text, bool asciiOnly)
    {
        foreach (var c in text)
        {
            if (c < ' ' || c == '\ufeff' || c is >= '\u007f' and < '\u00a0' and not '\u0085' || (asciiOnly && c > '~'))
            {
                return true;
            }
        }

        return false;
    }

    private static string DoubleQuoted(string text, bool asciiOnly)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => "\\" + c,
                '\0' => "\\0",
                '\a' => "\\a",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\v' => "\\v",
                '\f' => "\\f",
                '\r' => "\\r",
                '\u001b' => "\\e",
                < ' ' or (>= '\u007f' and < '\u00a0') => $"\\x{(int)c:X2}",
                '\ufeff' => "\\uFEFF",
                > '~' when asciiOnly => c <= 'ÿ' ? $"\\x{(int)c:X2}" : $"\\u{(int)c:X4}",
                _ => c.ToString(CultureInfo.InvariantCulture),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text[0] == ' ' || text[^1] is ' ' or ':')
        {
            return false;
        }

        // YAML 1.2 section 5.3: indicators that may not start a plain scalar; -, ? and : may before a non-blank.
        if ("#,[]{}&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal)
            || (text[0] is '-' or '?' or ':' && (text.Length == 1 || text[1] == ' ')))
        {
            return false;
        }

        return !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
            && !text.StartsWith("---", StringComparison.Ordinal) && !text.StartsWith("...", StringComparison.Ordinal)
            && !YamlResolver.IsOtherThanString(text);
    }
}

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
