using Firn.Git;

namespace Firn.Analyses.Projects;

/// <summary>
/// Whether the patterns of two outputs tell that a file would belong to both: one names all that the other names, or a whole
/// folder into which the other reaches. Globs that merely could meet are left to the run, which keeps what it wrote.
/// </summary>
internal static class OutputOverlap
{
    private const string Everything = "**";

    /// <summary>Both as <see cref="AnalysisDefinition.Outputs"/> has them.</summary>
    public static bool Exists(string first, string second) =>
        Reaches(first.Split('/'), second.Split('/')) || Reaches(second.Split('/'), first.Split('/'));

    /// <summary>Whether <paramref name="pattern"/> names what <paramref name="path"/>, itself a pattern, names.</summary>
    private static bool Reaches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty)
        {
            // What means a folder means all in it.
            return true;
        }

        if (path.IsEmpty || (path.Length == 1 && path[0] == Everything))
        {
            // Of a whole folder some file is meant; of a single path only itself.
            return !path.IsEmpty || IsEverything(pattern);
        }

        if (pattern[0] == Everything)
        {
            return Reaches(pattern, path[1..]) || Reaches(pattern[1..], path);
        }

        return path[0] != Everything && (pattern[0] == path[0] || WildMatch.IsMatch(pattern[0], path[0])) && Reaches(pattern[1..], path[1..]);
    }

    private static bool IsEverything(ReadOnlySpan<string> pattern)
    {
        foreach (var part in pattern)
        {
            if (part != Everything)
            {
                return false;
            }
        }

        return true;
    }
}
