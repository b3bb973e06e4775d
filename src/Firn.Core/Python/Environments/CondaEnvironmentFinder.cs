using Firn.Common;
using Firn.Common.Files;
using Firn.Host.CondaConfiguration;

namespace Firn.Python.Environments;

/// <summary>
/// Finds a conda environment by its name, as conda's <c>locate_prefix_by_name</c> does, and where conda's own settings
/// are unknown (no shell hook), in the folders that its installers use.
/// </summary>
internal sealed class CondaEnvironmentFinder(SystemContext systemContext)
{
    private const int ListLimit = 1024 * 1024;
    private static readonly string[] HomeRoots =
    [
        "miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".local/share/mamba",
    ];

    private readonly List<string> _looked = [];

    /// <summary>The prefix of the environment.</summary>
    /// <exception cref="FirnException">There is none of that name, or several.</exception>
    public string Find(string name)
    {
        MustBeName(name);
        var roots = Roots();
        if (name is "base" or "root" && FindFirst(roots) is { } root)
        {
            return root;
        }

        var candidates = new List<string>();
        foreach (var folder in EnvironmentFolders(roots))
        {
            candidates.Add(Path.Join(folder, name));
        }

        return FindFirst(candidates) ?? FindListed(name) ?? throw new FirnException(
            $"no conda environment named {name}; looked in {string.Join(", ", _looked)}",
            "give its path instead, or set CONDA_ENVS_PATH to the folder it lies in");
    }

    /// <summary>Where a new environment of that name goes: the first of conda's folders for environments that may be written to.</summary>
    /// <exception cref="FirnException">It is not a name.</exception>
    public string NewPrefix(string name)
    {
        MustBeName(name);
        var folders = EnvironmentFolders(Roots());
        foreach (var folder in folders)
        {
            if (Directory.Exists(folder) && FileCheck.MayWrite(folder))
            {
                return Path.Join(folder, name);
            }
        }

        return Path.Join(systemContext.HomeDirectory, ".conda", "envs", name);
    }

    private static void MustBeName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            throw new FirnException(
                $"'{name}' is not a conda environment's name",
                $"give a path without {RequestSetting.CondaName}",
                FailureKind.InvalidRequest);
        }
    }

    private string? FindFirst(List<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (Directory.Exists(Path.Join(prefix, "conda-meta")))
            {
                return prefix;
            }

            _looked.Add(prefix);
        }

        return null;
    }

    /// <summary>Every environment that conda made stands in <c>~/.conda/environments.txt</c>, wherever it lies.</summary>
    private string? FindListed(string name)
    {
        var list = Path.Join(systemContext.HomeDirectory, ".conda", "environments.txt");
        _looked.Add(list);
        string? found = null;
        foreach (var line in new TextLines((BoundedFile.ReadText(list, ListLimit) ?? string.Empty).AsSpan()))
        {
            var prefix = Path.TrimEndingDirectorySeparator(line.Trim().ToString());
            if (!Path.IsPathRooted(prefix) || Path.GetFileName(prefix) != name || prefix == found
                || !Directory.Exists(Path.Join(prefix, "conda-meta")))
            {
                continue;
            }

            if (found is not null)
            {
                throw new FirnException(
                    $"several conda environments are named {name}: {found}, {prefix}", "give the path instead");
            }

            found = prefix;
        }

        return found;
    }

    private List<string> Roots()
    {
        var active = systemContext.Variable("CONDA_PREFIX");
        var roots = CondaRoots.Of(active, systemContext);
        if (active is not null && CondaPrefixMarkers.IsRoot(active))
        {
            Add(active);
        }

        foreach (var name in HomeRoots)
        {
            Add(Path.Join(systemContext.HomeDirectory, name));
        }

        Add(systemContext.SystemPath("/opt/conda"));
        Add(systemContext.SystemPath("/opt/miniconda3"));
        return roots;

        void Add(string root)
        {
            if (Path.IsPathRooted(root) && !roots.Contains(Path.TrimEndingDirectorySeparator(root)))
            {
                roots.Add(Path.TrimEndingDirectorySeparator(root));
            }
        }
    }

    private List<string> EnvironmentFolders(List<string> roots)
    {
        var folders = new List<string>();
        Add(Condarc.Read(systemContext.Variable("CONDA_PREFIX"), roots, systemContext, [])
            .Joined("envs_dirs", "envs_path", Path.PathSeparator));
        foreach (var root in roots)
        {
            Add([Path.Join(root, "envs")]);
        }

        Add([Path.Join(systemContext.HomeDirectory, ".conda", "envs")]);
        return folders;

        void Add(IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                var folder = PythonPaths.ExpandUser(value.Trim(), systemContext.HomeDirectory);
                if (folder.Length > 0 && !folder.Contains('\0', StringComparison.Ordinal))
                {
                    folder = Path.GetFullPath(folder, systemContext.CurrentDirectory);
                    if (!folders.Contains(folder))
                    {
                        folders.Add(folder);
                    }
                }
            }
        }
    }
}
