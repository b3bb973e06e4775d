using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>Writes the problems: a line each for people, a list for machines.</summary>
internal static class ProblemWriter
{
    private const int Most = 50;

    public static void Write(TextWriter error, IReadOnlyList<Problem> problems)
    {
        for (var i = 0; i < problems.Count && i < Most; i++)
        {
            error.WriteLine($"warning: {TerminalText.Clean(problems[i].ToString())}");
        }

        if (problems.Count > Most)
        {
            error.WriteLine($"warning: {problems.Count - Most} more; --json lists all");
        }
    }
    /// <summary>The member "problems" of an object: all of them.</summary>
    public static void Write(CanonicalJsonWriter json, IReadOnlyList<Problem> problems)
    {
        json.StartArray("problems");
        foreach (var problem in problems)
        {
            json.StartObject();
            json.String("code", problem.Code);
            json.String("message", problem.Message);
            json.String("path", problem.Path);
            json.EndObject();
        }

        json.EndArray();
    }
}
