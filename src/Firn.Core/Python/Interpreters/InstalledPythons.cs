using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>The Pythons of this machine that virtual environments can be made of. None is started.</summary>
internal sealed class InstalledPythons(SystemContext systemContext)
{
    /// <summary>Where pyenv and uv keep theirs: a folder below for each version.</summary>
    public IReadOnlyList<string> VersionFolders()
    {
        var pyenv = systemContext.Variable("PYENV_ROOT") ?? Path.Join(systemContext.HomeDirectory, ".pyenv");
        var data = systemContext.Variable("XDG_DATA_HOME") ?? Path.Join(systemContext.HomeDirectory, ".local/share");
        return [Path.Join(pyenv, "versions"), systemContext.Variable("UV_PYTHON_INSTALL_DIR") ?? Path.Join(data, "uv/python")];
    }

    /// <summary>
    /// The Python that an executable is, or the one under the virtual environment that it belongs to, shims of pyenv
    /// followed; <see langword="null"/> where it is none or is gone. Its executable is set.
    /// </summary>
    /// <exception cref="FirnException">It is a shim of pyenv for a version that is not in force.</exception>
    public Interpreter? Of(string executable)
    {
        if (ExecutableFile.Check(executable) == ExecutableKind.PyenvShim)
        {
            executable = new PyenvShim(executable, systemContext).Resolve().Executable;
        }

        var interpreter = InterpreterFinder.Find(null, executable);
        if (interpreter is { IsVirtualEnvironment: true, RealExecutable: { } real })
        {
            interpreter = InterpreterFinder.Find(null, real);
        }

        return interpreter is { HasStandardLibrary: true, IsVirtualEnvironment: false } ? interpreter : null;
    }

    /// <summary>The same of a file that may be no Python at all; a shim for a version that is not in force stands for none.</summary>
    public Interpreter? TryOf(string executable)
    {
        try
        {
            return FileCheck.IsFile(executable) ? Of(executable) : null;
        }
        catch (FirnException)
        {
            return null;
        }
    }
}
