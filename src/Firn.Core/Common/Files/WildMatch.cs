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

        if (ignoreCase)
        {
            pattern = pattern.ToLowerInvariant();
            text = text.ToLowerInvariant();
        }

        var reached = new bool[text.Length + 1];
        var next = new bool[text.Length + 1];
        reached[0] = true;
        var at = 0;
        while (at < pattern.Length)
        {
            Array.Clear(next);
            var length = Step(pattern, at, text, reached, next);
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
    private static int Step(string pattern, int at, string text, bool[] reached, bool[] next)
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
                return Class(pattern, at, text, reached, next);
            case '\\' when at + 1 < pattern.Length:
                Literal(pattern[at + 1], text, reached, next);
                return 2;
            default:
                Literal(pattern[at], text, reached, next);
                return 1;
        }
    }

    private static void Literal(char c, string text, bool[] reached, bool[] next)
    {
        for (var i = 0; i < text.Length; i++)
        {
            next[i + 1] = reached[i] && text[i] == c;
        }
    }

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

    private static int Class(string pattern, int at, string text, bool[] reached, bool[] next)
    {
        var start = at + 1;
        var negated = start < pattern.Length && (pattern[start] is '!' or '^');
        start += negated ? 1 : 0;
        var end = start < pattern.Length ? pattern.IndexOf(']', start + 1) : -1;
        if (end < 0)
        {
            return 0;
        }

        var members = pattern.AsSpan(start, end - start);
        for (var i = 0; i < text.Length; i++)
        {
            next[i + 1] = reached[i] && text[i] != '/' && Contains(members, text[i]) != negated;
        }

        return end + 1 - at;
    }

    private static bool Contains(ReadOnlySpan<char> members, char c)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (i + 2 < members.Length && members[i + 1] == '-')
            {
                if (c >= members[i] && c <= members[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (members[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
