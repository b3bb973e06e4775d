namespace Firn.Python.Installation;

/// <summary>Tells the files that venv, virtualenv and uv write into an environment from those that packages bring.</summary>
internal static class VirtualEnvironmentFiles
{
    /// <summary>The folders of a virtual environment that are its own; anything else in it is the user's.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["bin", "etc", "include", "lib", "lib64", "man", "share"];

    private static readonly HashSet<string> Activation = new(StringComparer.Ordinal)
    {
        "activate", "activate.bat", "activate.csh", "activate.fish", "activate.nu", "activate.ps1", "activate.xsh",
        "Activate.ps1", "activate_this.py", "deactivate.bat", "deactivate.nu", "pydoc.bat",
    };

    /// <summary>Whether the path, relative to the prefix, is a script that activates the environment.</summary>
    public static bool IsActivation(string path) =>
        path.StartsWith("bin/", StringComparison.Ordinal) && Activation.Contains(path[4..]);

    /// <summary>Whether the path, relative to the prefix, is the interpreter under one of its names.</summary>
    public static bool IsInterpreter(string path)
    {
        if (!path.StartsWith("bin/", StringComparison.Ordinal))
        {
            return false;
        }

        var name = path.AsSpan(4);
        foreach (var start in new[] { "python", "pypy", "graalpy" })
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
            {
                var rest = name[start.Length..].TrimEnd('t');
                return rest.IsEmpty || rest.TrimStart("0123456789.").IsEmpty;
            }
        }

        return false;
    }
}

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
