using System.Buffers;
using System.Text;
using Firn.Common;

namespace Firn.Python.Requirements;

/// <summary>Splits a requirement file into logical lines (pip: req/req_file.py join_lines, ignore_comments).</summary>
internal static class LogicalLines
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

    /// <summary>The lines: joined where one ends with <c>\</c>, then freed of comments.</summary>
    public static List<LogicalLine> Split(string text)
    {
        var lines = new List<LogicalLine>();
        var joined = new StringBuilder();
        var first = 0;
        var number = 0;
        var at = 0;
        while (at < text.Length)
        {
            var line = NextLine(text, ref at);
            number++;
            // A comment ends what is joined, whatever it ends with.
            var isComment = PythonText.Strip(line).StartsWith("#");
            if (line.EndsWith("\\") && !isComment)
            {
                first = first == 0 ? number : first;
                joined.Append(line.Trim('\\'));
                continue;
            }

            joined.Append(isComment ? " " : string.Empty).Append(line);
            Add(lines, first == 0 ? number : first, joined.ToString());
            joined.Clear();
            first = 0;
        }

        if (first > 0)
        {
            Add(lines, first, joined.ToString());
        }

        return lines;
    }

    private static void Add(List<LogicalLine> lines, int number, string line)
    {
        var text = PythonText.Strip(WithoutComment(line));
        if (!text.IsEmpty)
        {
            lines.Add(new LogicalLine(number, text.ToString()));
        }
    }

    /// <summary><c>(^|\s+)#.*$</c>: a hash inside a word belongs to it, as in a URL.</summary>
    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || PythonText.IsSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }

    /// <summary><c>str.splitlines</c>, which ends lines at more than line feeds.</summary>
    private static ReadOnlySpan<char> NextLine(string text, ref int at)
    {
        var rest = text.AsSpan(at);
        var end = rest.IndexOfAny(Ends);
        if (end < 0)
        {
            at = text.Length;
            return rest;
        }

        var isPair = rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n';
        at += end + (isPair ? 2 : 1);
        return rest[..end];
    }
}

/// <summary>A line of a requirement file with those that continue it, without comments; never empty.</summary>
/// <param name="Number">The number of the first, from 1.</param>
/// <param name="Text">The text, without white space around it.</param>
internal sealed record LogicalLine(int Number, string Text);

/// <summary>Variables in requirement files: <c>${NAME}</c> of capitals, digits and <c>_</c> only (pip: req/req_file.py expand_env_variables).</summary>
internal static class VariableReferences
{
    /// <summary>The line with the values of those that are set and not empty; the others stay.</summary>
    public static string Expand(string line, SystemContext systemContext)
    {
        if (!line.Contains("${", StringComparison.Ordinal))
        {
            return line;
        }

        var buffer = new StringBuilder();
        var at = 0;
        while (line.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            var end = start + 2;
            while (end < line.Length && (char.IsAsciiLetterUpper(line[end]) || char.IsAsciiDigit(line[end]) || line[end] == '_'))
            {
                end++;
            }

            var value = end > start + 2 && end < line.Length && line[end] == '}' ? systemContext.Variable(line[(start + 2)..end]) : null;
            buffer.Append(line, at, start - at).Append(value ?? line[start..end]);
            at = value is null ? end : end + 1;
        }

        return buffer.Append(line, at, line.Length - at).ToString();
    }
}
