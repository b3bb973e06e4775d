namespace Firn.Python.Installation;

/// <summary>
/// Compares scripts that activate an environment without regard to the prompt, for which venv (Lib/venv/__init__.py),
/// virtualenv and uv take the name of the environment's folder.
/// </summary>
internal static class ActivationPrompt
{
    private static readonly string[] Marks = ["prompt", "PS1", "set_color"];

    /// <summary>Whether the scripts are equal but for the folder's name in lines that are about the prompt.</summary>
    public static bool AreSame(string first, string firstName, string second, string secondName)
    {
        var (before, after) = (first.Split('\n'), second.Split('\n'));
        if (before.Length != after.Length || firstName.Length == 0)
        {
            return false;
        }

        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] != after[i] && !(IsOfPrompt(before[i]) && Renamed(before[i], firstName, secondName) == after[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOfPrompt(string line) => Array.Exists(Marks, mark => line.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>The line with another name in place of each that stands alone.</summary>
    private static string Renamed(string line, string name, string other)
    {
        for (var at = line.IndexOf(name, StringComparison.Ordinal); at >= 0; at = line.IndexOf(name, at, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at > 0 && IsPart(line[at - 1])) || (end < line.Length && IsPart(line[end])))
            {
                at = end;
                continue;
            }

            line = line[..at] + other + line[end..];
            at += other.Length;
        }

        return line;
    }

    private static bool IsPart(char character) => char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '$' or '/';
}
