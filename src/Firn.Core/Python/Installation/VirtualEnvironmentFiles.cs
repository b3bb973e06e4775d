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
