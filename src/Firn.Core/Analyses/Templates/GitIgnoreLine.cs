using Firn.Analyses.Projects;

namespace Firn.Analyses.Templates;

/// <summary>Adds Firn's own folder to <c>.gitignore</c>.</summary>
internal static class GitIgnoreLine
{
    public const string FilePath = ".gitignore";

    /// <summary>The file with the line; the same text where a line of it says so already.</summary>
    public static string With(string? text)
    {
        foreach (var line in (text ?? string.Empty).Split('\n'))
        {
            if (line.TrimEnd().TrimStart('/').TrimEnd('/') == Project.StateFolder)
            {
                return text!;
            }
        }

        var end = string.IsNullOrEmpty(text) || text.EndsWith('\n') ? string.Empty : "\n";
        return $"{text}{end}{Project.StateFolder}/\n";
    }
}
