using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>Where the parts of an environment lie, and how its prefixes are laid out.</summary>
internal sealed class EnvironmentLayout(Capture capture)
{
    private readonly PythonEnvironment _environment = capture.Environment;
    private readonly PythonTag _tag = new(
        capture.Environment.Implementation,
        capture.Environment.Major,
        capture.Environment.Minor,
        capture.Environment.FreeThreaded);

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
                ? Planned(ArchivedTreeKind.Plain, layer.Prefix, BaseExecutable(), hasBase: false)
                : null;
    }

    /// <summary>Makes a tree of files with what scripts and texts of this installation name.</summary>
    public InstalledTree Tree(
        TreeSource source, List<TreeFile> files, PlannedTree planned, IReadOnlyList<PlannedProject> projects)
    {
        var isOwn = source.Root == planned.Prefix;
        return new InstalledTree(source.Root, source.Folders, files)
        {
            Interpreters = new InterpreterLineReader(InterpreterFolders(source.Root, planned)),
            PrefixTokens = isOwn ? Tokens(planned.Prefix, ArchiveTokens.Prefix) : [],
            TextTokens = TextTokens(projects),
        };
    }

    /// <summary>The folders outside of the prefix that packages of the capture lie in.</summary>
    public List<SiteFolder> OtherSites()
    {
        var prefix = _environment.Prefix;
        var isWhole = KindOf(_environment.Layers[0].Kind) != ArchivedTreeKind.System;
        var sites = new List<SiteFolder>();
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
            if (isSite || capture.Distributions.Any(distribution =>
                distribution.Editable is null && Path.GetDirectoryName(distribution.MetadataPath) == entry.Path))
            {
                sites.Add(new SiteFolder(entry.Path, OnlyPackages: !isSite || isSystems));
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
            prefix, [string.Empty], static name => name is "conda-meta" or "pkgs" or "envs" or OutsideFiles.OwnFolder)
        {
            Kind = kind,
            IsWhole = true,
        },
        _ => new TreeSource(prefix, [string.Empty], static name => name is OutsideFiles.OwnFolder) { IsWhole = true },
    };

    /// <summary>The folders of the interpreter below.</summary>
    public TreeSource BaseSource(PlannedTree planned) => planned.Kind == ArchivedTreeKind.System
        ? new TreeSource(
            planned.Prefix,
            [$"lib/{_tag.FolderName}", $"include/{_tag.FolderName}", BaseExecutable(), .. SharedLibraries()],
            static _ => false)
        : new TreeSource(
            planned.Prefix, [string.Empty], static name => name is "conda-meta" or "pkgs" or "envs" or "etc");

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
        PythonFolder = _tag.FolderName,
        SitePackages = $"lib/{_tag.FolderName}/site-packages",
        CacheTag = _tag.CacheTag,
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

    /// <summary>Both spellings, as given and with links followed.</summary>
    private List<string> InterpreterFolders(string root, PlannedTree planned)
    {
        var folders = new List<string>();
        AddFolder(folders, planned.Prefix);
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

    private List<PrefixToken> TextTokens(IReadOnlyList<PlannedProject> projects)
    {
        var tokens = Tokens(_environment.Prefix, ArchiveTokens.Prefix);
        if (_environment.IsVirtualEnvironment)
        {
            tokens.AddRange(BaseTokens());
        }

        foreach (var project in projects)
        {
            var token = ArchiveTokens.Project(project.Distribution.CanonicalName);
            tokens.AddRange(Tokens(project.SpelledFolder, token));
            AddAround(tokens, project, token);
        }

        return tokens;
    }

    /// <summary>What lies in the project's repository beside its own folder; another project there has its own token.</summary>
    private static void AddAround(List<PrefixToken> tokens, PlannedProject project, string token)
    {
        if (project.Archive.Subfolder.Length > 0)
        {
            var up = string.Concat(Enumerable.Repeat("/..", project.Archive.Subfolder.Count(c => c == '/') + 1));
            tokens.AddRange(Tokens(project.SpelledRoot, token + up));
        }
    }

    /// <summary>The base's prefix; in the few texts that venv writes even <c>/usr</c> can only mean it, at <c>/usr/bin</c>.</summary>
    private List<PrefixToken> BaseTokens()
    {
        if (PrefixToken.IsTelling(_environment.BasePrefix))
        {
            return Tokens(_environment.BasePrefix, ArchiveTokens.Base);
        }

        var bin = _environment.BasePrefix.TrimEnd('/') + "/bin";
        return [new PrefixToken(bin, ArchiveTokens.Base + "/bin")];
    }

    private static List<PrefixToken> Tokens(string folder, string token)
    {
        var tokens = new List<PrefixToken>();
        var real = RealPath.Of(folder);
        if (PrefixToken.IsTelling(folder))
        {
            tokens.Add(new PrefixToken(folder, token));
        }

        if (real != folder && PrefixToken.IsTelling(real))
        {
            tokens.Add(new PrefixToken(real, token));
        }

        return tokens;
    }

    private static ArchivedTreeKind KindOf(EnvironmentLayerKind kind) => kind switch
    {
        EnvironmentLayerKind.VirtualEnvironment => ArchivedTreeKind.VirtualEnvironment,
        EnvironmentLayerKind.Conda or EnvironmentLayerKind.Pixi => ArchivedTreeKind.Conda,
        EnvironmentLayerKind.System => ArchivedTreeKind.System,
        _ => ArchivedTreeKind.Plain,
    };
}
