using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Installation;
using Firn.Python.Interpreters;

namespace Firn.Archives.Planning;

/// <summary>Where the parts of an environment lie, and how its prefixes are laid out.</summary>
internal sealed class EnvironmentLayout(Capture capture)
{
    private readonly PythonEnvironment _environment = capture.Environment;
    private HashSet<string>? _added;
    private readonly PythonTag _tag = new(
        capture.Environment.Implementation,
        capture.Environment.Major,
        capture.Environment.Minor,
        capture.Environment.FreeThreaded);

    /// <summary>For example <c>python3.11</c>; without a Python a name that nothing has.</summary>
    private string PythonFolder => _environment.HasPython
        ? _tag.FolderName
        : Path.GetFileName(Path.GetDirectoryName(_environment.SitePackages))!;

    private BaseInterpreterSpellings Below => field ??= new BaseInterpreterSpellings(_environment);

    /// <summary>The environment's own prefix.</summary>
    public PlannedTree Environment()
    {
        var kind = KindOf(_environment.Layers[0].Kind);
        return Planned(kind, _environment.Prefix, ExecutableBelow(_environment.Prefix), kind == ArchivedTreeKind.VirtualEnvironment);
    }

    /// <summary>The interpreter under a virtual environment or the system's, where it is to be archived.</summary>
    public PlannedTree? Base(bool withSystem)
    {
        var layer = _environment.Layers[^1];
        var kind = KindOf(layer.Kind);
        var isBelow = _environment.IsVirtualEnvironment;
        return kind == ArchivedTreeKind.System
            ? withSystem ? Planned(kind, layer.Prefix, BaseExecutable(), hasBase: false) : null
            : isBelow && kind != ArchivedTreeKind.VirtualEnvironment
                ? Planned(kind, layer.Prefix, BaseExecutable(), hasBase: false)
                : null;
    }

    /// <summary>Makes a tree of files with what scripts and texts of this installation name.</summary>
    public InstalledTree Tree(
        TreeSource source, List<TreeFile> files, PlannedTree planned, IReadOnlyList<PlannedProject> projects)
    {
        var isOwn = source.Root == planned.Prefix;
        if (isOwn)
        {
            planned.Names = PrefixSpellings.Of(planned.Prefix, files, AddedPaths());
        }

        // Of a prefix without files, the system's, the name alone is known.
        var names = planned.Names.Count > 0 ? planned.Names : [planned.Prefix, RealPath.Of(planned.Prefix)];
        var folders = InterpreterFolders(source.Root, planned, names);
        var isBelow = isOwn && planned.Prefix != _environment.Prefix;
        var tokens = isBelow ? Tokens(names, ArchiveTokens.Prefix) : TextTokens(names, projects);
        return new InstalledTree(source.Root, source.Folders, files)
        {
            Names = isOwn ? names : [source.Root, RealPath.Of(source.Root)],
            AddedPaths = AddedPaths(),
            Interpreters = new ShebangReader(folders),
            LauncherInterpreters = new ShebangReader([.. folders, .. Below.Folders]),
            PrefixTokens = isOwn ? Tokens(names, ArchiveTokens.Prefix) : [],
            TextTokens = tokens,
            ConfigurationTokens = [.. tokens, .. Below.SystemTokens],
        };
    }

    /// <summary>The folders outside of the prefix that packages of the capture lie in.</summary>
    public IReadOnlyList<OutsideSiteFolder> OtherSites => field ??= FindSites();

    private List<OutsideSiteFolder> FindSites()
    {
        var prefix = _environment.Prefix;
        var isWhole = KindOf(_environment.Layers[0].Kind) != ArchivedTreeKind.System;
        var sites = new List<OutsideSiteFolder>();
        foreach (var entry in _environment.SearchPath)
        {
            if (entry.Kind is SearchPathKind.StandardLibrary || !Directory.Exists(entry.Path)
                || (isWhole && (RealPath.IsWithin(entry.Path, prefix) || RealPath.IsWithin(RealPath.Of(entry.Path), RealPath.Of(prefix))))
                || sites.Exists(site => site.Path == entry.Path))
            {
                continue;
            }

            var isSite = entry.Kind is SearchPathKind.Site or SearchPathKind.BaseSite or SearchPathKind.UserSite;
            var isSystems = entry.Path.StartsWith("/usr/lib", StringComparison.Ordinal);
            // Without a record nobody knows what belongs to a distribution: the folder is taken as it is, as code.
            if (isSite || capture.Distributions.Any(distribution =>
                distribution.Editable is null && (distribution.RecordedDigest is not null || distribution.SystemPackage is not null)
                && Path.GetDirectoryName(distribution.MetadataPath) == entry.Path))
            {
                sites.Add(new OutsideSiteFolder(entry.Path, OnlyPackages: isSystems, IsAdded: !isSite));
            }
        }

        return sites;
    }

    /// <summary>The folders of the environment itself; the system's are site folders only.</summary>
    public static TreeSource? OwnSource(PythonEnvironment environment) =>
        OwnSource(KindOf(environment.Layers[0].Kind), environment.Prefix);

    private static TreeSource? OwnSource(ArchivedTreeKind kind, string prefix) => kind switch
    {
        ArchivedTreeKind.System => null,
        ArchivedTreeKind.VirtualEnvironment => new TreeSource(
            prefix, [.. VirtualEnvironmentFiles.Folders, "pyvenv.cfg"], static _ => false)
        {
            Kind = kind,
            IsWhole = true,
        },
        ArchivedTreeKind.Conda => new TreeSource(
            prefix, [string.Empty], static path => path is "conda-meta" or "pkgs" or "envs" or FilesBesideEnvironment.OwnFolder)
        {
            Kind = kind,
            IsWhole = true,
        },
        _ => new TreeSource(prefix, [string.Empty], static path => path is FilesBesideEnvironment.OwnFolder) { IsWhole = true },
    };

    /// <summary>The folders of the interpreter below. Its packages are not its own: those that are used are in a site folder.</summary>
    public TreeSource BaseSource(PlannedTree planned)
    {
        return planned.Kind switch
        {
            ArchivedTreeKind.Conda => OwnSource(planned.Kind, planned.Prefix)!,
            ArchivedTreeKind.System => new TreeSource(
                planned.Prefix,
                [$"lib/{_tag.FolderName}", $"include/{_tag.FolderName}", BaseExecutable(), .. SharedLibraries()],
                path => path == planned.SitePackages),
            _ => new TreeSource(
                planned.Prefix,
                [string.Empty],
                path => path == planned.SitePackages || path is "conda-meta" or "pkgs" or "envs" or "etc"),
        };
    }

    private List<string> SharedLibraries()
    {
        var names = new List<string>();
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            if (library.Path is { } path && Path.GetFileName(path).StartsWith($"libpython{_environment.Major}", StringComparison.Ordinal)
                && RealPath.IsWithin(path, _environment.BasePrefix))
            {
                names.Add(path[(_environment.BasePrefix.Length + 1)..]);
            }
        }

        return names;
    }

    private PlannedTree Planned(ArchivedTreeKind kind, string prefix, string executable, bool hasBase) => new()
    {
        Kind = kind,
        Prefix = prefix,
        PythonVersion = _environment.PythonVersion,
        PythonFolder = PythonFolder,
        SitePackages = $"lib/{PythonFolder}/site-packages",
        CacheTag = _environment.HasPython ? _tag.CacheTag : "none",
        Executable = executable,
        BaseExecutable = hasBase || kind == ArchivedTreeKind.System ? BaseExecutable() : null,
    };

    private string ExecutableBelow(string prefix) =>
        _environment.Executable is { } executable && RealPath.IsWithin(executable, prefix) && executable.Length > prefix.Length
            ? executable[(prefix.TrimEnd('/').Length + 1)..]
            : "bin/python";

    /// <summary>The interpreter's real file below the base's prefix.</summary>
    private string BaseExecutable()
    {
        var real = _environment.Executable is { } executable ? RealPath.Of(executable) : string.Empty;
        foreach (var prefix in new[] { _environment.BasePrefix, RealPath.Of(_environment.BasePrefix) })
        {
            if (RealPath.IsWithin(real, prefix) && real.Length > prefix.Length + 1)
            {
                return real[(prefix.Length + 1)..];
            }
        }

        return $"bin/{_tag.FolderName}";
    }

    /// <summary>Every spelling.</summary>
    private List<string> InterpreterFolders(string root, PlannedTree planned, IReadOnlyList<string> names)
    {
        var folders = new List<string>();
        foreach (var name in names)
        {
            AddFolder(folders, name);
        }

        if (root != planned.Prefix || planned.Kind == ArchivedTreeKind.System)
        {
            AddFolder(folders, root);
            AddFolder(folders, _environment.BasePrefix);
        }

        return folders;
    }

    private static void AddFolder(List<string> folders, string prefix)
    {
        foreach (var spelling in new[] { prefix, RealPath.Of(prefix) })
        {
            var folder = Path.Join(spelling, "bin");
            if (!folders.Contains(folder))
            {
                folders.Add(folder);
            }
        }
    }

    private List<PrefixToken> TextTokens(IReadOnlyList<string> names, IReadOnlyList<PlannedProject> projects)
    {
        var tokens = Tokens(names, ArchiveTokens.Prefix);
        tokens.AddRange(Below.Tokens);
        foreach (var site in OtherSites)
        {
            // Its packages come into the environment's own folder.
            tokens.AddRange(Tokens([site.Path], $"{ArchiveTokens.Prefix}/lib/{_tag.FolderName}/site-packages"));
        }

        foreach (var project in projects)
        {
            tokens.AddRange(Tokens([project.SpelledFolder], project.Token));
            AddAround(tokens, project, project.Token);
        }

        return tokens;
    }

    /// <summary>What lies in the project's repository beside its own folder; another project there has its own token.</summary>
    private static void AddAround(List<PrefixToken> tokens, PlannedProject project, string token)
    {
        if (project.Archive.Subfolder.Length > 0)
        {
            var up = string.Concat(Enumerable.Repeat("/..", project.Archive.Subfolder.Count(c => c == '/') + 1));
            tokens.AddRange(Tokens([project.SpelledRoot], token + up));
        }
    }

    /// <summary>The names of a folder with links followed, and as they are.</summary>
    private static List<PrefixToken> Tokens(IReadOnlyList<string> folders, string token)
    {
        var tokens = new List<PrefixToken>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            foreach (var name in new[] { folder, RealPath.Of(folder) })
            {
                if (PrefixToken.IsTelling(name) && known.Add(name))
                {
                    tokens.Add(new PrefixToken(name, token));
                }
            }
        }

        return tokens;
    }

    /// <summary>What <c>.pth</c> files add from outside of the prefix.</summary>
    private HashSet<string> AddedPaths() => _added ??= [.. _environment.SearchPath
        .Where(entry => entry.Kind == SearchPathKind.PthFile && !SysPathCode.IsArchived(_environment, entry.Path, _environment.Prefix))
        .Select(entry => entry.Path)];

    private static ArchivedTreeKind KindOf(EnvironmentLayerKind kind) => kind switch
    {
        EnvironmentLayerKind.VirtualEnvironment => ArchivedTreeKind.VirtualEnvironment,
        EnvironmentLayerKind.Conda or EnvironmentLayerKind.Pixi => ArchivedTreeKind.Conda,
        EnvironmentLayerKind.System => ArchivedTreeKind.System,
        _ => ArchivedTreeKind.Plain,
    };
}
