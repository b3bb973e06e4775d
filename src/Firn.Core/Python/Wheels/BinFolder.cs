using Firn.Python.Installation;

namespace Firn.Python.Wheels;

/// <summary>The names in an environment's folder of scripts that are its own.</summary>
internal static class BinFolder
{
    public const string Path = "bin/";

    /// <summary>Whether no package may have a script of that name: the interpreter's, and those that activate.</summary>
    public static bool IsTaken(ReadOnlySpan<char> name)
    {
        var path = string.Concat(Path, name);
        return VirtualEnvironmentFiles.IsInterpreter(path) || VirtualEnvironmentFiles.IsActivation(path);
    }
}
