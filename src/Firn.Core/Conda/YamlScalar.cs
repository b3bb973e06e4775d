using System.Globalization;

namespace Firn.Conda;

/// <summary>Strings as conda's YAML writer (ruamel.yaml, YAML 1.1 or 1.2) puts them: plain where that is safe, else quoted.</summary>
internal static class YamlScalar
{
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains('\u007f', StringComparison.Ordinal))
        {
            return IsPlain(text) ? text : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        }

        var quoted = new System.Text.StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => "\\" + c,
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '\0' => "\\0",
                < ' ' or '\u007f' => "\\x" + ((int)c).ToString("X2", CultureInfo.InvariantCulture),
                _ => c.ToString(),
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
            && !IsWord(text) && !IsNumberOrDate(text);
    }

    private static bool IsWord(string text) => text.ToLowerInvariant() is
        "null" or "~" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "=" or "<<"
        or ".nan" or ".inf" or "-.inf" or "+.inf";

    /// <summary>Whether a reader would take it for a number, a time of day or a date, in any of YAML's spellings.</summary>
    private static bool IsNumberOrDate(string text)
    {
        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+' or '.'))
        {
            return false;
        }

        return IsPrefixed(text) || !text.AsSpan().ContainsAnyExcept(NumberCharacters);
    }

    private static bool IsPrefixed(string text)
    {
        var digits = text.TrimStart('-', '+');
        return digits.StartsWith("0x", StringComparison.Ordinal) || digits.StartsWith("0o", StringComparison.Ordinal)
            || digits.StartsWith("0b", StringComparison.Ordinal);
    }

    private static readonly System.Buffers.SearchValues<char> NumberCharacters =
        System.Buffers.SearchValues.Create("0123456789_+-.:eE");
}
