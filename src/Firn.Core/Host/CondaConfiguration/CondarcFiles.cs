using Firn.Common;
using Firn.Common.Files;

namespace Firn.Host.CondaConfiguration;

/// <summary>
/// The places of conda's configuration files, highest priority first: conda's SEARCH_PATH (base/constants.py) from its
/// end. mamba reads them too, and files of its own (mamba api/configuration.cpp).
/// </summary>
internal sealed class CondarcFiles
{
    private readonly SystemContext _systemContext;
    private readonly bool _withMamba;
    private readonly List<string> _files = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private CondarcFiles(SystemContext systemContext, bool withMamba) =>
        (_systemContext, _withMamba) = (systemContext, withMamba);

    /// <summary>The paths, each once; most of them lead to nothing.</summary>
    /// <param name="prefix">The environment that takes the place of the active one; <see langword="null"/> without one.</param>
    /// <param name="roots">Where conda may be installed.</param>
    /// <param name="systemContext">The variables, the home folder and the system's files.</param>
    /// <param name="withMamba">Whether mamba's own files count, each behind those of conda in its folder.</param>
    public static IReadOnlyList<string> InOrder(
        string? prefix, IEnumerable<string> roots, SystemContext systemContext, bool withMamba)
    {
        // Set by conda's installers, so that no file of the user or of the system disturbs them.
        if (systemContext.Variable("CONDA_RESTRICT_RC_SEARCH_PATH") is not null)
        {
            return [];
        }

        var files = new CondarcFiles(systemContext, withMamba);
        files.AddAll(prefix, roots);
        return files._files;
    }

    private void AddAll(string? prefix, IEnumerable<string> roots)
    {
        var home = _systemContext.HomeDirectory;
        AddGiven("CONDARC");
        AddGiven("MAMBARC");
        if (prefix is not null)
        {
            AddFolder(prefix);
        }

        Add(Path.Join(home, ".condarc"));
        AddOfMamba(home);
        AddFolder(Path.Join(home, ".conda"));
        AddFolder(Path.Join(home, ".config", "conda"));
        if (_systemContext.Variable("XDG_CONFIG_HOME") is { } folder && Path.IsPathFullyQualified(folder))
        {
            AddFolder(Path.Join(folder, "conda"));
        }

        foreach (var root in roots)
        {
            AddFolder(root);
            AddOfMamba(root);
        }

        if (OperatingSystem.IsWindows())
        {
            AddFolder("C:/ProgramData/conda");
            return;
        }

        AddFolder(_systemContext.SystemPath("/var/lib/conda"));
        AddFolder(_systemContext.SystemPath("/etc/conda"));
    }

    private void AddGiven(string variable)
    {
        if ((variable == "CONDARC" || _withMamba) && _systemContext.Variable(variable) is { } file)
        {
            Add(Path.GetFullPath(PythonPaths.ExpandUser(file, _systemContext.HomeDirectory), _systemContext.CurrentDirectory));
        }
    }

    /// <summary>The files in <c>condarc.d</c> are read in the order of their names (conda common/configuration.py <c>_dir_loader</c>).</summary>
    private void AddFolder(string folder)
    {
        var parts = Path.Join(folder, "condarc.d");
        var names = new List<string>();
        foreach (var entry in DirectoryReader.List(parts, out _))
        {
            if (entry.Name.EndsWith(".yml", StringComparison.Ordinal) || entry.Name.EndsWith(".yaml", StringComparison.Ordinal))
            {
                names.Add(entry.Name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        for (var i = names.Count - 1; i >= 0; i--)
        {
            Add(Path.Join(parts, names[i]));
        }

        Add(Path.Join(folder, "condarc"));
        Add(Path.Join(folder, ".condarc"));
    }

    private void AddOfMamba(string folder)
    {
        if (_withMamba)
        {
            Add(Path.Join(folder, ".mambarc"));
        }
    }

    private void Add(string file)
    {
        if (_seen.Add(file))
        {
            _files.Add(file);
        }
    }
}
