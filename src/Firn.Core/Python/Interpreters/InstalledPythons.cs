using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>The Pythons of this machine that virtual environments can be made of. None is started.</summary>
internal sealed class InstalledPythons(SystemContext systemContext)
{
    /// <summary>The absolute folders of PATH.</summary>
    public IEnumerable<string> PathFolders() =>
        (systemContext.Variable("PATH") ?? string.Empty).Split(':').Where(Path.IsPathRooted);

    /// <summary>Those, and where Linux has programs.</summary>
    public IEnumerable<string> ProgramFolders() => PathFolders().Append("/usr/local/bin").Append("/usr/bin");

    /// <summary>A program of each Python that pyenv and uv installed, into a folder for each version; the newest first.</summary>
    /// <param name="name">The program, for example <c>python3.11</c>; it may not be there.</param>
    public IEnumerable<string> InVersionFolders(string name)
    {
        var pyenv = systemContext.Variable("PYENV_ROOT") ?? Path.Join(systemContext.HomeDirectory, ".pyenv");
        var data = systemContext.Variable("XDG_DATA_HOME") ?? Path.Join(systemContext.HomeDirectory, ".local/share");
        string[] folders = [Path.Join(pyenv, "versions"), systemContext.Variable("UV_PYTHON_INSTALL_DIR") ?? Path.Join(data, "uv/python")];
        return folders.SelectMany(folder => NewestFirst(folder).Select(version => Path.Join(folder, version, "bin", name)));
    }

    /// <summary>The programs in a folder that are named as Pythons of a minor version, <c>python3.11</c>; the newest first.</summary>
    public static IEnumerable<string> Named(string folder) =>
        NewestFirst(folder).Where(static name => PythonTag.TryParse(name, out _)).Select(name => Path.Join(folder, name));

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

    /// <summary>The names in a folder by the first version in each.</summary>
    private static IEnumerable<string> NewestFirst(string folder)
    {
        return DirectoryReader.List(folder, out _).Select(static entry => entry.Name)
            .OrderByDescending(Number).ThenBy(static name => name, StringComparer.Ordinal);

        static Version Number(string name)
        {
            var start = name.AsSpan().IndexOfAnyInRange('0', '9');
            var text = start < 0 ? string.Empty : name[start..];
            var end = 0;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            {
                end++;
            }

            return Version.TryParse(text[..end].TrimEnd('.'), out var version) ? version : new Version(0, 0);
        }
    }
}
