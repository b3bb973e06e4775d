using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>Writes the problems a line each.</summary>
internal static class ProblemWriter
{
    private const int MaxCount = 50;

    public static void Write(TextWriter error, IReadOnlyList<Problem> problems)
    {
        for (var i = 0; i < problems.Count && i < MaxCount; i++)
        {
            error.WriteLine($"warning: {TerminalText.Clean(OptionNames.Write(problems[i]).ToString())}");
        }

        if (problems.Count > MaxCount)
        {
            error.WriteLine($"warning: {problems.Count - MaxCount} more; --json lists all");
        }
    }
}
