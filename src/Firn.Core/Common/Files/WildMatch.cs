namespace Firn.Common.Files;

/// <summary>
/// git's glob with <c>WM_PATHNAME</c> (git: wildmatch.c): <c>*</c> and <c>?</c> stop at a slash, <c>**</c> between
/// slashes does not. All text positions that the pattern can have reached are followed at once, so no pattern is slow.
/// </summary>
internal static class WildMatch
{
    private const int MaxCharacters = 4096;

    /// <summary>Whether the whole text matches the pattern.</summary>
    public static bool IsMatch(string pattern, string text, bool ignoreCase = false)
    {
        if (pattern.Length > MaxCharacters || text.Length > MaxCharacters)
        {
            return false;
        }

        // The pattern stays as it is: of a class only ranges and [:upper:] ignore the case.
        text = ignoreCase ? string.Concat(text.Select(Lower)) : text;

        var reached = new bool[text.Length + 1];
        var next = new bool[text.Length + 1];
        reached[0] = true;
        var at = 0;
        while (at < pattern.Length)
        {
            Array.Clear(next);
            var length = Step(pattern, at, text, ignoreCase, reached, next);
            if (length == 0)
            {
                return false;
            }

            at += length;
            (reached, next) = (next, reached);
        }

        return reached[text.Length];
    }

    /// <summary>Takes one element of the pattern; 0 if it is malformed.</summary>
    private static int Step(string pattern, int at, string text, bool ignoreCase, bool[] reached, bool[] next)
    {
        switch (pattern[at])
        {
            case '*':
                return Stars(pattern, at, text, reached, next);
            case '?':
                for (var i = 0; i < text.Length; i++)
                {
                    next[i + 1] = reached[i] && text[i] != '/';
                }

                return 1;
            case '[':
                return Class(pattern, at, text, ignoreCase, reached, next);
            case '\\' when at + 1 == pattern.Length:
                return 0;
            case '\\':
                Literal(pattern[at + 1], text, ignoreCase: false, reached, next);
                return 2;
            default:
                Literal(pattern[at], text, ignoreCase, reached, next);
                return 1;
        }
    }

    private static void Literal(char c, string text, bool ignoreCase, bool[] reached, bool[] next)
    {
        c = ignoreCase ? Lower(c) : c;
        for (var i = 0; i < text.Length; i++)
        {
            next[i + 1] = reached[i] && text[i] == c;
        }
    }

    private static char Lower(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;

    private static int Stars(string pattern, int at, string text, bool[] reached, bool[] next)
    {
        var end = at;
        while (end < pattern.Length && pattern[end] == '*')
        {
            end++;
        }

        var whole = end - at >= 2
            && (at == 0 || pattern[at - 1] == '/')
            && (end == pattern.Length || pattern[end] == '/');
        var folders = whole && end < pattern.Length;
        var open = false;
        for (var i = 0; i <= text.Length; i++)
        {
            open |= reached[i];
            next[i] = folders ? reached[i] || (open && i > 0 && text[i - 1] == '/') : open;
            open &= whole || (i < text.Length && text[i] != '/');
        }

        return end - at + (folders ? 1 : 0);
    }

    private static int Class(string pattern, int at, string text, bool ignoreCase, bool[] reached, bool[] next)
    {
        var length = WildClass.Match(pattern.AsSpan(at), '\0', ignoreCase, out _);
        for (var i = 0; length > 0 && i < text.Length; i++)
        {
            if (reached[i] && text[i] != '/')
            {
                _ = WildClass.Match(pattern.AsSpan(at), text[i], ignoreCase, out next[i + 1]);
            }
        }

        return length;
    }
}

/// <summary>One bracket expression of a pattern, such as <c>[!a-z[:digit:]_]</c>.</summary>
internal static class WildClass
{
    /// <summary>Reads it from its opening bracket, step by step as git's wildmatch.c does.</summary>
    /// <returns>Its length; 0 where it does not end or names a class that does not exist.</returns>
    public static int Match(ReadOnlySpan<char> pattern, char c, bool ignoreCase, out bool isMatch)
    {
        isMatch = false;
        var at = 1;
        var isNegated = at < pattern.Length && pattern[at] is '!' or '^';
        at += isNegated ? 1 : 0;
        var first = at;
        var previous = '\0';
        var isMember = false;
        for (; at < pattern.Length && (pattern[at] != ']' || at == first); at++)
        {
            var member = pattern[at];
            if (member == '-' && previous != '\0' && at + 1 < pattern.Length && pattern[at + 1] != ']')
            {
                at++;
                if (pattern[at] == '\\' && ++at == pattern.Length)
                {
                    return 0;
                }

                isMember |= IsBetween(c, previous, pattern[at], ignoreCase);
                previous = '\0';
            }
            else if (member == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
            {
                var end = pattern[(at + 2)..].IndexOf(']');
                if (end < 0)
                {
                    return 0;
                }

                var name = pattern.Slice(at + 2, end);
                if (!name.EndsWith(":"))
                {
                    // A set that has a bracket as a member.
                    isMember |= c == '[';
                    previous = '[';
                    continue;
                }

                if (IsInClass(c, name[..^1], ignoreCase) is not { } isInClass)
                {
                    return 0;
                }

                isMember |= isInClass;
                at += end + 2;
                previous = '\0';
            }
            else
            {
                if (member == '\\' && ++at == pattern.Length)
                {
                    return 0;
                }

                previous = pattern[at];
                isMember |= c == previous;
            }
        }

        isMatch = isMember != isNegated;
        return at < pattern.Length ? at + 1 : 0;
    }

    private static bool IsBetween(char c, char from, char to, bool ignoreCase) =>
        (c >= from && c <= to) || (ignoreCase && char.IsAsciiLetterLower(c) && c - 0x20 >= from && c - 0x20 <= to);

    /// <summary>Whether a character is in the class of that name, as in C's own locale; <see langword="null"/> where there is no such class.</summary>
    private static bool? IsInClass(char c, ReadOnlySpan<char> name, bool ignoreCase) => name switch
    {
        "alnum" => char.IsAsciiLetterOrDigit(c),
        "alpha" => char.IsAsciiLetter(c),
        "blank" => c is ' ' or '\t',
        "cntrl" => c is < ' ' or '\x7F',
        "digit" => char.IsAsciiDigit(c),
        "graph" => c is > ' ' and < '\x7F',
        "lower" => char.IsAsciiLetterLower(c),
        "print" => c is >= ' ' and < '\x7F',
        "punct" => c is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(c),
        "space" => c is ' ' or (>= '\t' and <= '\r'),
        "upper" => char.IsAsciiLetterUpper(c) || (ignoreCase && char.IsAsciiLetterLower(c)),
        "xdigit" => char.IsAsciiHexDigit(c),
        _ => null,
    };
}
