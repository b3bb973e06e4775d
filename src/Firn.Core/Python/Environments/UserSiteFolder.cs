using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>The user's own site-packages (PEP 370): <c>getusersitepackages</c> and <c>check_enableusersite</c>.</summary>
internal static class UserSiteFolder
{
    /// <summary>The folder, whether it exists or not.</summary>
    public static string Of(Interpreter interpreter, Surroundings surroundings)
    {
        var tag = interpreter.Tag;
        var given = surroundings.Variable("PYTHONUSERBASE");
        var home = surroundings.HomeDirectory;
        string path;
        if (interpreter.Style == PathStyle.Windows)
        {
            var userBase = given ?? Path.Join(
                PythonPaths.ExpandUser(surroundings.Variable("APPDATA") ?? "~", home), "Python");
            path = Path.Join(userBase, $"Python{tag.Major}{tag.Minor}", "site-packages");
        }
        else if (interpreter.IsFramework)
        {
            var userBase = given ?? Path.Join(home, "Library", "Python", $"{tag.Major}.{tag.Minor}");
            path = Path.Join(userBase, "lib/python/site-packages");
        }
        else
        {
            path = Path.Join(given ?? Path.Join(home, ".local"), "lib", tag.FolderName, "site-packages");
        }

        return PythonPaths.Absolute(surroundings.CurrentDirectory, path) ?? path;
    }

    /// <summary>Whether Python uses it: not in a virtual environment on its own, and not if the user forbids it.</summary>
    public static bool IsEnabled(Interpreter interpreter, Surroundings surroundings) =>
        interpreter.Configuration is not { IncludesSystemSitePackages: false }
        && surroundings.Variable("PYTHONNOUSERSITE") is null;
}
