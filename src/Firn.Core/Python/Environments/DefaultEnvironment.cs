using Firn.Common;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>
/// The environment where none is named: VIRTUAL_ENV, CONDA_PREFIX unless base, <c>.venv</c> here or above, conda's
/// base, <c>python3</c> or <c>python</c> on PATH.
/// </summary>
internal sealed class DefaultEnvironment(SystemContext systemContext)
{
    private const int MaxLevels = 256;

    /// <exception cref="FirnException">There is none, or a variable names a folder that is none.</exception>
    public LocatedEnvironment Locate()
    {
        if (FromVariable("VIRTUAL_ENV") is { } active)
        {
            return active;
        }

        var condaPrefix = systemContext.Variable("CONDA_PREFIX");
        var isBase = condaPrefix is not null && IsCondaBase(condaPrefix);
        if (condaPrefix is not null && !isBase)
        {
            return FromVariable("CONDA_PREFIX")!;
        }

        if (FromFolder() is { } local)
        {
            return local;
        }

        if (isBase)
        {
            return FromVariable("CONDA_PREFIX")! with { Reason = "conda base" };
        }

        return FromPath();
    }

    private LocatedEnvironment? FromVariable(string name)
    {
        if (systemContext.Variable(name) is not { } value)
        {
            return null;
        }

        var prefix = Path.GetFullPath(value, systemContext.CurrentDirectory);
        try
        {
            return EnvironmentLocator.FromPrefix(prefix, name);
        }
        catch (FirnException exception)
        {
            throw new FirnException(
                $"{name} is set, but there is {exception.Message}",
                $"unset {name}, or name the environment on the command line",
                exception.Kind,
                exception);
        }
    }

    private LocatedEnvironment? FromFolder()
    {
        var folder = systemContext.CurrentDirectory;
        for (var level = 0; folder is not null && level < MaxLevels; level++)
        {
            var candidate = Path.Join(folder, ".venv");
            if (Directory.Exists(candidate))
            {
                return EnvironmentLocator.FromPrefix(candidate, $".venv in {folder}");
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private LocatedEnvironment FromPath()
    {
        foreach (var name in (string[])["python3", "python"])
        {
            if (ExecutableFile.OnPath(name, systemContext) is { } path)
            {
                return EnvironmentLocator.FromExecutable(path, $"{name} on PATH", systemContext);
            }
        }

        throw new FirnException(
            "no Python environment found: none is active, there is no .venv here or above, and no python3 on PATH",
            "activate one, or name it on the command line");
    }

    /// <summary>
    /// uv's rule (uv-python/src/virtualenv.rs): _CONDA_ROOT says it outright, pixi has no base, an environment that
    /// CONDA_DEFAULT_ENV names by path is none, and one whose folder bears another name than CONDA_DEFAULT_ENV is one.
    /// </summary>
    private bool IsCondaBase(string value)
    {
        var prefix = Path.TrimEndingDirectorySeparator(value);
        if (CondaPrefixMarkers.IsPixi(prefix))
        {
            return false;
        }

        if (systemContext.Variable("_CONDA_ROOT") is { } root && Path.TrimEndingDirectorySeparator(root) == prefix)
        {
            return true;
        }

        return systemContext.Variable("CONDA_DEFAULT_ENV") switch
        {
            null => CondaPrefixMarkers.IsRoot(prefix),
            "base" or "root" => true,
            var name when name == value || name == prefix => false,
            var name => name != Path.GetFileName(prefix),
        };
    }
}
