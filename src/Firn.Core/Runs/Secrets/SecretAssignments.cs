using System.Text;

namespace Firn.Runs.Secrets;

/// <summary>
/// Finds names with their values inside a text: JSON, code that <c>-c</c> gives, connection strings, <c>--env=PASSWORD=...</c>.
/// Of code only literals are values.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="mask">Is asked, by name, for what stands in a value's place.</param>
internal sealed class SecretAssignments(string text, Func<string, string> mask)
{
    private const string Quotes = "\"'";

    /// <summary>What bare values end at, beside white space.</summary>
    private const string FlowEnds = ",}]\"'\\";

    /// <summary>Quotes that are open, each as often escaped as it was.</summary>
    private readonly List<(char Quote, int Escapes)> _open = [];
    private bool? _isConnection;

    /// <summary>The text with each value masked.</summary>
    public string Mask()
    {
        if (text.AsSpan().IndexOfAny('=', ':', ',') < 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        var kept = 0;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && IsOfName(text[at]))
            {
                at++;
            }

            if (at == start)
            {
                TakeQuote(at++);
            }
            else if (Find(start, at, out var past) is var (from, to))
            {
                clean.Append(text, kept, from - kept).Append(mask(text[start..at]));
                kept = to;
                at = past;
            }
        }

        return kept == 0 ? text : clean.Append(text, kept, text.Length - kept).ToString();
    }

    public static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private void TakeQuote(int at)
    {
        if (!Quotes.Contains(text[at], StringComparison.Ordinal))
        {
            return;
        }

        var quote = (text[at], Escapes(at));
        if (_open.Count > 0 && _open[^1] == quote)
        {
            _open.RemoveAt(_open.Count - 1);
        }
        else if (_open.Count < 4)
        {
            _open.Add(quote);
        }
    }

    private int Escapes(int at)
    {
        var first = at;
        while (first > 0 && text[first - 1] == '\\')
        {
            first--;
        }

        return at - first;
    }

    /// <summary>The value of the name from <paramref name="start"/> to <paramref name="end"/>, where that is a secret.</summary>
    private (int From, int To)? Find(int start, int end, out int past)
    {
        past = end;
        var before = start > 0 ? text[start - 1] : '\0';
        var at = Skip(end, '\\');
        var isQuoted = at < text.Length && Quotes.Contains(before, StringComparison.Ordinal) && text[at] == before;
        at = Skip(isQuoted ? at + 1 : end, ' ');
        at = isQuoted && At(at) == ']' ? Skip(at + 1, ' ') : at;
        var separator = At(at);
        if (separator == ',')
        {
            // putenv("HF_TOKEN", "...") and ["--token", "..."], but not a list of columns.
            var isVariable = start > 1 && text[start - 2] == '(' && text.AsSpan(start, end - start).IndexOfAnyInRange('a', 'z') < 0;
            if (!isQuoted || !(isVariable || text[start] == '-'))
            {
                return null;
            }
        }
        else if (separator is not ('=' or ':') || At(at + 1) == separator)
        {
            return null;
        }

        var isTight = at == end && !char.IsWhiteSpace(At(at + 1));
        var value = Skip(At(at + 1) is '=' or '>' ? at + 2 : at + 1, ' ');
        // A name in quotes has closed what it opened.
        var isOpened = isQuoted && _open.Count > 0 && _open[^1].Quote == before;
        var around = _open.Count > (isOpened ? 1 : 0) ? _open[isOpened ? ^2 : ^1] : default;
        var (from, to) = Literal(value, around, ref past) ?? Bare(value, start, separator, isQuoted, isTight, ref past);
        if (from >= to || IsPlain(text[from..to]) || (separator == ',' && text[from] == '-') || !SecretNames.Contains(text[start..end], text[from..to]))
        {
            past = end;
            return null;
        }

        if (isOpened)
        {
            _open.RemoveAt(_open.Count - 1);
        }

        return (from, to);
    }

    private char At(int at) => at < text.Length ? text[at] : '\0';

    private int Skip(int at, char c)
    {
        while (at < text.Length && text[at] == c)
        {
            at++;
        }

        return at;
    }

    /// <summary>A value in quotes, of Python's too: <c>b"..."</c>, <c>'''...'''</c>.</summary>
    private (int From, int To)? Literal(int at, (char Quote, int Escapes) around, ref int past)
    {
        var letters = at;
        while (letters < at + 2 && "rbfuRBFU".Contains(At(letters), StringComparison.Ordinal))
        {
            letters++;
        }

        var first = Skip(letters, '\\');
        var quote = At(first);
        if (!Quotes.Contains(quote, StringComparison.Ordinal) || around == (quote, first - letters))
        {
            return null;
        }

        var escapes = first - letters;
        var count = escapes == 0 && At(first + 1) == quote && At(first + 2) == quote ? 3 : 1;
        var from = first + count;
        var to = from;
        while (to < text.Length
            && (text[to] != quote || !(escapes == 0 ? Escapes(to) % 2 == 0 : Escapes(to) <= escapes) || (count == 3 && (At(to + 1) != quote || At(to + 2) != quote))))
        {
            to++;
        }

        past = Math.Min(to + count, text.Length);
        return (from, to < text.Length ? to - escapes : to);
    }

    private (int From, int To) Bare(int from, int start, char separator, bool isQuoted, bool isTight, ref int past)
    {
        var last = start - 1;
        while (last >= 0 && text[last] == ' ')
        {
            last--;
        }

        var before = last < 0 ? '\0' : text[last];
        var isFlow = text.StartsWith('{') && (isQuoted || before is '{' or ',');
        var isNumber = isQuoted && separator == ':' && char.IsAsciiDigit(At(from)) && char.IsAsciiDigit(At(from + 3));
        var isAssigned = !isQuoted && separator == '=' && isTight;
        string? ends = isFlow || isNumber ? FlowEnds
            : isAssigned && before == ';' && (last == start - 1 || IsConnection()) ? ";\"'"
            : isAssigned && before == ',' && last == start - 1 && text.AsSpan().IndexOfAny(" ()") < 0 ? ","
            : isAssigned && before == '=' && last == start - 1 ? Quotes
            : null;
        if (ends is null)
        {
            return (from, from);
        }

        var to = from;
        while (to < text.Length && !ends.Contains(text[to], StringComparison.Ordinal)
            && (!char.IsWhiteSpace(text[to]) || (ends[0] == ';' && IsConnection())))
        {
            to++;
        }

        past = to;
        return (from, to);
    }

    /// <summary><c>Server=x;Password=y</c>, whose values may have spaces.</summary>
    private bool IsConnection() =>
        _isConnection ??= Array.TrueForAll(
            text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), static part => part.IndexOf('=', StringComparison.Ordinal) > 0);

    /// <summary>References, placeholders and tokens of language models, such as <c>[PAD]</c>.</summary>
    private static bool IsPlain(string value) =>
        SecretArguments.IsReference(value)
        || (value[0], value[^1]) is ('<', '>') or ('[', ']') or ('{', '}');
}
