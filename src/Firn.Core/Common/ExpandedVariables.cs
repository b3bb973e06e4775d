using System.Text;

namespace Firn.Common;

/// <summary><c>$NAME</c> and <c>${NAME}</c> in a text (Python: posixpath.py <c>expandvars</c>).</summary>
internal static class ExpandedVariables
{
    /// <summary>
    /// The text with the values; the text itself where it has no variable; <see langword="null"/> where one is not set,
    /// which Python would leave as it stands, for a server to say 404.
    /// </summary>
    public static string? Of(string text, SystemContext systemContext, out string? reason)
    {
        var value = Replace(text, systemContext, out var unset);
        reason = unset is null ? null : $"the variable {unset} is not set";
        return unset is null ? value : null;
    }

    /// <summary>The text with the values; a variable that is not set stays as it is written, as Python leaves it.</summary>
    public static string Kept(string text, SystemContext systemContext) => Replace(text, systemContext, out _);

    /// <summary>The names of the variables, for a warning: who writes a lock chooses what of them goes into a URL.</summary>
    public static List<string> Names(string text)
    {
        var names = new List<string>();
        var rest = text.AsSpan();
        while (rest.IndexOf('$') is >= 0 and var at)
        {
            rest = rest[at..];
            var name = Name(rest, out var length);
            if (!name.IsEmpty)
            {
                names.Add(name.ToString());
            }

            rest = rest[Math.Max(1, length)..];
        }

        return names;
    }

    private static string Replace(string text, SystemContext systemContext, out string? unset)
    {
        unset = null;
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf('$') is >= 0 and var at)
        {
            result.Append(rest[..at]);
            rest = rest[at..];
            var name = Name(rest, out var length);
            if (name.IsEmpty)
            {
                result.Append('$');
                rest = rest[1..];
                continue;
            }

            if (systemContext.Variables.TryGetValue(name.ToString(), out var value))
            {
                result.Append(value);
            }
            else
            {
                unset ??= name.ToString();
                result.Append(rest[..length]);
            }

            rest = rest[length..];
        }

        return result.Append(rest).ToString();
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> text, out int length)
    {
        var isBraced = text.Length > 1 && text[1] == '{';
        var start = isBraced ? 2 : 1;
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        length = isBraced ? end + 1 : end;
        return isBraced && (end >= text.Length || text[end] != '}') ? [] : text[start..end];
    }
}
