using System.Globalization;
using System.Text;

namespace Firn.Conda;

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
