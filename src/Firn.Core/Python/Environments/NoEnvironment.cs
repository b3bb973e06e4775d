using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>Says why a folder is no Python environment, and what may have been meant.</summary>
internal static class NoEnvironment
{
    private static readonly string[] Usual = [".venv", "venv", "env", ".pixi/envs/default"];

    /// <summary>What is said where a Python is needed and the environment, a conda prefix, has none.</summary>
    public static FirnException WithoutPython(string prefix) => new(
        $"the conda environment at {prefix} has no Python", "install python into it, or name another environment");

    /// <summary>What is said of a folder that is no environment.</summary>
    public static FirnException At(string prefix)
    {
        _ = DirectoryReader.List(prefix, out var status);
        return status switch
        {
            FileReadStatus.Missing => new FirnException(
                $"no Python environment at {prefix}: the folder does not exist",
                "name the folder that holds bin/python, or the python itself"),
            FileReadStatus.Read => Inside(prefix),
            _ => new FirnException(
                $"no Python environment at {prefix}: the folder cannot be read",
                "check its permissions, or run as a user who may read it"),
        };
    }

    private static FirnException Inside(string prefix)
    {
        if (RealPath.LinkTarget(Path.Join(prefix, "bin", "python")) is { } target)
        {
            return new FirnException(
                $"no Python environment at {prefix}: bin/python is a link to {target}, which leads nowhere",
                "make the environment again with a Python that exists");
        }

        foreach (var name in Usual)
        {
            var inner = Path.Join(prefix, name);
            if (FileCheck.IsFile(Path.Join(inner, PyvenvConfiguration.FileName)) || CondaPrefix.Is(inner))
            {
                return new FirnException(
                    $"no Python environment at {prefix}: neither an interpreter nor a standard library is in it",
                    $"did you mean {inner}?");
            }
        }

        var parent = Path.GetDirectoryName(prefix);
        var isPart = Path.GetFileName(prefix) is "bin" or "Scripts" or "lib" && parent is not null;
        return new FirnException(
            $"no Python environment at {prefix}: neither an interpreter nor a standard library is in it",
            isPart ? $"did you mean {parent}?" : "name the folder that holds bin/python, or the python itself");
    }
}
