using System.Text;

namespace Firn.Projects.Templates;

/// <summary>The difference of two texts as <c>diff -u</c> prints it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Above it the lines between the common start and end are shown as replaced altogether.</summary>
    private const long LargestTable = 4_000_000;

    public static string Of(string path, string old, string changed)
    {
        var left = Lines(old);
        var right = Lines(changed);
        var edits = Edits(left, right);
        var text = new StringBuilder($"--- a/{path}\n+++ b/{path}\n");
        for (var at = 0; at < edits.Count;)
        {
            if (edits[at].Sign == ' ')
            {
                at++;
                continue;
            }

            var start = Math.Max(0, at - Context);
            var end = HunkEnd(edits, at);
            Hunk(text, edits, start, end);
            at = end;
        }

        return text.ToString();
    }

    /// <summary>Two changes with no more than twice the context between them belong together.</summary>
    private static int HunkEnd(List<(char Sign, string Line)> edits, int first)
    {
        var last = first;
        for (var i = first; i < edits.Count && i - last <= 2 * Context; i++)
        {
            last = edits[i].Sign == ' ' ? last : i;
        }

        return Math.Min(edits.Count, last + Context + 1);
    }

    private static void Hunk(StringBuilder text, List<(char Sign, string Line)> edits, int start, int end)
    {
        int Count(int from, int to, char without) => edits.Skip(from).Take(to - from).Count(edit => edit.Sign != without);

        var (oldCount, newCount) = (Count(start, end, '+'), Count(start, end, '-'));
        var oldStart = Count(0, start, '+') + (oldCount == 0 ? 0 : 1);
        var newStart = Count(0, start, '-') + (newCount == 0 ? 0 : 1);
        text.Append($"@@ -{oldStart},{oldCount} +{newStart},{newCount} @@\n");
        for (var i = start; i < end; i++)
        {
            var (sign, line) = edits[i];
            text.Append(sign).Append(line);
            text.Append(line.EndsWith('\n') ? string.Empty : "\n\\ No newline at end of file\n");
        }
    }

    private static List<(char Sign, string Line)> Edits(List<string> left, List<string> right)
    {
        var start = 0;
        while (start < left.Count && start < right.Count && left[start] == right[start])
        {
            start++;
        }

        var tail = 0;
        while (tail < left.Count - start && tail < right.Count - start && left[^(tail + 1)] == right[^(tail + 1)])
        {
            tail++;
        }

        var edits = left.Take(start).Select(line => (' ', line)).ToList();
        AddMiddle(edits, left[start..^tail], right[start..^tail]);
        edits.AddRange(left.Skip(left.Count - tail).Select(line => (' ', line)));
        return edits;
    }

    /// <summary>The longest common subsequence by its table, walked from the front.</summary>
    private static void AddMiddle(List<(char Sign, string Line)> edits, List<string> left, List<string> right)
    {
        var table = (long)left.Count * right.Count <= LargestTable ? Table(left, right) : null;
        var (i, j) = (0, 0);
        while (i < left.Count || j < right.Count)
        {
            if (table is not null && i < left.Count && j < right.Count && left[i] == right[j])
            {
                edits.Add((' ', left[i]));
                i++;
                j++;
            }
            else if (i < left.Count && (j == right.Count || table is null || table[i + 1, j] >= table[i, j + 1]))
            {
                edits.Add(('-', left[i++]));
            }
            else
            {
                edits.Add(('+', right[j++]));
            }
        }
    }

    private static int[,] Table(List<string> left, List<string> right)
    {
        var table = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            for (var j = right.Count - 1; j >= 0; j--)
            {
                table[i, j] = left[i] == right[j] ? table[i + 1, j + 1] + 1 : Math.Max(table[i + 1, j], table[i, j + 1]);
            }
        }

        return table;
    }

    /// <summary>The lines with their line ends, so that a last one without is another line.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
