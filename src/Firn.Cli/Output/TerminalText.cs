namespace Firn.Cli.Output;

/// <summary>Text of other people on its way to a terminal: file names, metadata, variables.</summary>
internal static class TerminalText
{
    /// <summary>
    /// The text on one line: control characters, which terminals obey, and those that turn the direction of writing,
    /// which make a line read as another one, become <c>?</c>.
    /// </summary>
    public static string Clean(string text)
    {
        var first = 0;
        while (first < text.Length && !IsDangerous(text[first]))
        {
            first++;
        }

        return first == text.Length
            ? text
            : string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = IsDangerous(source[i]) ? '?' : source[i];
                }
            });
    }

    private static bool IsDangerous(char character) =>
        char.IsControl(character)
        || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}

/// <summary>Lines for people that fit a terminal of 80 columns, as far as single names, paths and digests do.</summary>
internal static class FittedText
{
    private const int Columns = 80;
    private const string Gap = "  ";
    private const string Indent = "    ";

    /// <summary>Writes rows as a table.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="rows">The cells.</param>
    /// <param name="wraps">Whether what does not fit into a line goes on one of its own; else a row is a line, to be counted.</param>
    public static void WriteRows(TextWriter output, IReadOnlyList<string[]> rows, bool wraps = true)
    {
        var widths = new List<int>();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths.AddRange(Enumerable.Repeat(0, Math.Max(0, i + 1 - widths.Count)));
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        foreach (var row in rows)
        {
            string[] cells = [.. row.Select((cell, at) => cell.PadRight(widths[at]))];
            if (wraps)
            {
                WriteRow(output, cells);
            }
            else
            {
                Write(output, string.Join(Gap, cells));
            }
        }
    }

    /// <summary>Writes the cells of one row, which have their widths already.</summary>
    public static void WriteRow(TextWriter output, params IReadOnlyList<string> cells)
    {
        var line = cells[0];
        foreach (var cell in cells.Skip(1))
        {
            if (cell.TrimEnd().Length > 0 && line.Length + Gap.Length + cell.TrimEnd().Length > Columns)
            {
                Write(output, line);
                line = Indent + cell;
            }
            else
            {
                line += Gap + cell;
            }
        }

        Write(output, line);
    }

    /// <summary>Writes words, from the second line on behind so many spaces.</summary>
    public static void WriteWords(TextWriter output, string text, int indent = 0)
    {
        var line = text;
        while (line.Length > Columns)
        {
            var end = line.LastIndexOf(' ', Columns);
            end = end > indent ? end : line.IndexOf(' ', Columns);
            if (end < 0 || line[..end].Trim().Length == 0)
            {
                break;
            }

            Write(output, line[..end]);
            line = new string(' ', indent) + line[(end + 1)..];
        }

        Write(output, line);
    }

    private static void Write(TextWriter output, string line) => output.WriteLine(TerminalText.Clean(line.TrimEnd()));
}
