using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>Writes the problems of a capture, a line each.</summary>
internal static class ProblemWriter
{
    private const int Most = 50;

    public static void Write(TextWriter error, IReadOnlyList<Problem> problems)
    {
        for (var i = 0; i < problems.Count && i < Most; i++)
        {
            error.WriteLine($"warning: {Clean(problems[i].ToString())}");
        }

        if (problems.Count > Most)
        {
            error.WriteLine($"warning: {problems.Count - Most} more; `firn capture --json` lists all");
        }
    }

    /// <summary>Paths come from other people: no control character of theirs reaches the terminal.</summary>
    private static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f', StringComparison.Ordinal))
        {
            return text;
        }

        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
