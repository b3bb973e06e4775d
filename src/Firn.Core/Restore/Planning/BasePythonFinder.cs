using Firn.Archives.Documents;
using Firn.Common;
using Firn.Python.Environments;
using Firn.Python.Interpreters;

namespace Firn.Restore.Planning;

/// <summary>
/// Finds a Python on this machine for a virtual environment whose own was not archived: the one it had, pyenv's, uv's,
/// those on PATH; of the same minor version, and of the same patch release where there is one, else of pyenv's and uv's the newest.
/// </summary>
internal sealed class BasePythonFinder(SystemContext systemContext)
{
    private readonly InstalledPythons _installed = new(systemContext);

    /// <summary>The Python that the user names.</summary>
    /// <exception cref="FirnException">It is none, or of another minor version.</exception>
    public BasePython OfExecutable(string executable, ArchivedTree tree)
    {
        var located = EnvironmentLocator.Locate(executable, null, systemContext);
        var found = located.Executable is { } path ? Read(_installed.Of(path), tree) : null;
        return found ?? throw new FirnException(
            $"{executable} is not a {tree.PythonFolder}, which the environment needs",
            $"name a {tree.PythonFolder} (it had {tree.PythonVersion}), or archive the environment with its interpreter");
    }

    /// <summary>The best Python of this machine; <see langword="null"/> where there is none of this minor version.</summary>
    /// <param name="tree">The environment's tree.</param>
    /// <param name="formerBase">The prefix of the Python it had.</param>
    public BasePython? Find(ArchivedTree tree, string? formerBase)
    {
        BasePython? best = null;
        foreach (var executable in Candidates(tree, formerBase))
        {
            if (Read(_installed.TryOf(executable), tree) is not { } found)
            {
                continue;
            }

            if (found.Version == tree.PythonVersion)
            {
                return found;
            }

            best ??= found;
        }

        return best;
    }

    private BasePython? Read(Interpreter? interpreter, ArchivedTree tree) =>
        interpreter is { Executable: { } executable } && interpreter.Tag.FolderName == tree.PythonFolder
            ? new BasePython(
                interpreter.Prefix, executable, VersionReader.Read(interpreter, systemContext), IsArchived: false)
            : null;

    private IEnumerable<string> Candidates(ArchivedTree tree, string? formerBase)
    {
        var name = tree.PythonFolder;
        var found = _installed.InVersionFolders(name)
            .Concat(_installed.ProgramFolders().Select(folder => Path.Join(folder, name)));
        return formerBase is null ? found : found.Prepend(Path.Join(formerBase, tree.BaseExecutable ?? $"bin/{name}"));
    }
}

/// <summary>The interpreter under a restored virtual environment.</summary>
/// <param name="Prefix">Its prefix, absolute.</param>
/// <param name="Executable">Its file, absolute.</param>
/// <param name="Version">Its full version.</param>
/// <param name="IsArchived">Whether it is restored too, into the environment's own folder.</param>
public sealed record BasePython(string Prefix, string Executable, string Version, bool IsArchived);
