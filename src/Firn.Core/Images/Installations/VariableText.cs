using System.Text;

namespace Firn.Images.Installations;

/// <summary>
/// <c>$KEY</c>, <c>${KEY}</c>, <c>${KEY:-default}</c>, <c>${KEY:+other}</c>, <c>${KEY:?message}</c> and <c>$$</c> as Compose
/// fills them in (compose-spec, 12-interpolation.md).
/// </summary>
internal static class VariableText
{
    private const int MaxDepth = 8;

    /// <summary>Fills in.</summary>
    /// <param name="text">The text.</param>
    /// <param name="find">The value of a variable; <see langword="null"/> where it is not set.</param>
    /// <param name="missing">The first variable that has no value and no default; an empty text stands for it.</param>
    public static string Expand(string text, Func<string, string?> find, out string? missing)
    {
        missing = null;
        return text.Contains('$', StringComparison.Ordinal) ? Expand(text, find, ref missing, 0) : text;
    }

    /// <summary>Whether it can be the name of a variable.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static string Expand(string text, Func<string, string?> find, ref string? missing, int depth)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '{' && ClosingBrace(text, i + 1) is { } end && depth < MaxDepth)
            {
                result.Append(Braced(text[(i + 2)..end], find, ref missing, depth + 1));
                i = end;
            }
            else
            {
                var length = NameLength(text, i + 1);
                result.Append(length == 0 ? "$" : Value(text.Substring(i + 1, length), find, ref missing));
                i += length;
            }
        }

        return result.ToString();
    }

    private static string Braced(string inner, Func<string, string?> find, ref string? missing, int depth)
    {
        var length = NameLength(inner, 0);
        var name = inner[..length];
        var rest = inner[length..];
        if (rest.Length == 0)
        {
            return Value(name, find, ref missing);
        }

        var value = find(name);
        var isSet = value is not null && (rest[0] != ':' || value.Length > 0);
        rest = rest.TrimStart(':');
        return (rest.Length == 0 ? ' ' : rest[0]) switch
        {
            '-' => isSet ? value! : Expand(rest[1..], find, ref missing, depth),
            '+' => isSet ? Expand(rest[1..], find, ref missing, depth) : string.Empty,
            _ => Value(name, find, ref missing),
        };
    }

    private static string Value(string name, Func<string, string?> find, ref string? missing)
    {
        if (find(name) is { } value)
        {
            return value;
        }

        missing ??= name;
        return string.Empty;
    }

    private static int NameLength(string text, int from)
    {
        var end = from;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (end > from && char.IsAsciiDigit(text[end]))))
        {
            end++;
        }

        return end - from;
    }

    private static int? ClosingBrace(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return null;
    }
}
