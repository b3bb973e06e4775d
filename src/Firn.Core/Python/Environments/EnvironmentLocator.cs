using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>Finds the environment that the user means: what was given, a conda name, or the defaults in order.</summary>
internal static class EnvironmentLocator
{
    /// <summary>Finds the environment and says why it is this one.</summary>
    /// <param name="argument">A prefix, a python executable, or its name on PATH; or <see langword="null"/>.</param>
    /// <param name="condaName">The name of a conda environment (<c>-n</c>); or <see langword="null"/>.</param>
    /// <param name="systemContext">Variables, home and current folder.</param>
    /// <exception cref="FirnException">There is none, or what was given is none.</exception>
    public static LocatedEnvironment Locate(string? argument, string? condaName, SystemContext systemContext)
    {
        if (argument is not null && condaName is not null)
        {
            throw new FirnException(
                $"both an environment ({argument}) and a conda name ({condaName}) are given",
                "give one of them",
                FailureKind.InvalidRequest);
        }

        if (condaName is not null)
        {
            return FromPrefix(
                new CondaEnvironmentFinder(systemContext).Find(condaName), $"conda environment {condaName}");
        }

        return argument is not null
            ? FromArgument(argument, systemContext)
            : new DefaultEnvironment(systemContext).Locate();
    }

    /// <summary>The environment in a folder.</summary>
    public static LocatedEnvironment FromPrefix(string prefix, string reason)
    {
        prefix = Path.TrimEndingDirectorySeparator(prefix);
        // A conda environment is one without a Python too: of R, of command-line tools.
        return InterpreterFinder.Find(prefix, null) is { } interpreter
            ? new LocatedEnvironment(interpreter.Prefix, interpreter, reason)
            : CondaPrefixMarkers.Is(prefix) ? new LocatedEnvironment(prefix, null, reason)
            : throw EnvironmentNotFound.At(prefix);
    }

    /// <summary>The environment of an interpreter; a shim of pyenv is followed first.</summary>
    public static LocatedEnvironment FromExecutable(string path, string reason, SystemContext systemContext)
    {
        if (ExecutableFile.Check(path) == ExecutableKind.PyenvShim)
        {
            var target = new PyenvShim(path, systemContext).Resolve();
            return FromExecutable(target.Executable, $"{reason}, pyenv {target.Version}", systemContext);
        }

        var interpreter = InterpreterFinder.Find(null, path)
            ?? throw new FirnException(
                $"no standard library belongs to {path}",
                "name the environment's folder instead");
        return new LocatedEnvironment(interpreter.Prefix, interpreter, reason);
    }

    private static LocatedEnvironment FromArgument(string argument, SystemContext systemContext)
    {
        if (argument.Length == 0 || argument.Contains('\0', StringComparison.Ordinal))
        {
            throw new FirnException(
                "the environment's name is empty", "name a folder or a python executable", FailureKind.InvalidRequest);
        }

        var path = Path.GetFullPath(PythonPaths.ExpandUser(argument, systemContext.HomeDirectory), systemContext.CurrentDirectory);
        if (Directory.Exists(path))
        {
            return FromPrefix(path, "given");
        }

        if (FileCheck.IsFile(path))
        {
            return FromExecutable(path, "given", systemContext);
        }

        if (RealPath.LinkTarget(path) is { } target)
        {
            throw new FirnException(
                $"{path} is a link to {target}, which leads nowhere",
                "make the environment again, or name another one");
        }

        if (!argument.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && ExecutableFile.OnPath(argument, systemContext) is { } found)
        {
            return FromExecutable(found, $"{argument} on PATH", systemContext);
        }

        throw new FirnException(
            $"no Python environment at {path}: there is no such file or folder",
            argument.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? "name the folder that holds bin/python, or the python itself"
                : (MessageText)$"name a folder or a python executable; if {argument} is a conda environment, say {RequestSetting.CondaName} {argument}");
    }
}

/// <summary>The environment that was asked for, or found without being asked for.</summary>
/// <param name="Prefix">Its folder, absolute, links not followed unless Python itself follows them.</param>
/// <param name="Interpreter">Its interpreter; <see langword="null"/> for a conda environment without Python.</param>
/// <param name="Reason">Why this one, for the output: <c>given</c>, <c>VIRTUAL_ENV</c>, <c>python3 on PATH</c>.</param>
internal sealed record LocatedEnvironment(string Prefix, Interpreter? Interpreter, string Reason)
{
    /// <summary>The interpreter's file, absolute; <see langword="null"/> where the prefix has none that exists.</summary>
    public string? Executable => Interpreter?.Executable;
}

/// <summary>Says why a folder is not a Python environment, and what may have been meant.</summary>
internal static class EnvironmentNotFound
{
    private static readonly string[] Usual = [".venv", "venv", "env", ".pixi/envs/default"];

    /// <summary>What is said where a Python is needed and the environment, a conda prefix, has none.</summary>
    public static FirnException WithoutPython(string prefix) => new(
        $"the conda environment at {prefix} has no Python", "install python into it, or name another environment");

    /// <summary>What is said of a folder that is not an environment.</summary>
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
            if (FileCheck.IsFile(Path.Join(inner, PyvenvConfiguration.FileName)) || CondaPrefixMarkers.Is(inner))
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
