using Firn.Archives.Plans;
using Firn.Archives.Projects;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Python.Installation;

namespace Firn.Archives.Planning;

/// <summary>
/// What <c>.pth</c> files and PYTHONPATH add to <c>sys.path</c> from outside of the prefix and of its site folders: a folder
/// in development, one of shared modules, a zip file. What a <c>.pth</c> file adds is archived as the project of an editable
/// install is; what is not archived is named.
/// </summary>
/// <param name="capture">The environment.</param>
/// <param name="sites">The site folders outside of the prefix, which are archived already.</param>
/// <param name="problems">Takes what is not archived.</param>
internal sealed class SysPathCode(Capture capture, IReadOnlyList<OutsideSiteFolder> sites, List<Problem> problems)
{
    private HashSet<string>? _names;

    /// <summary>The entries, in Python's order.</summary>
    public IReadOnlyList<SearchPathEntry> Entries { get; } = Find(capture.Environment, sites);

    /// <summary>Whether any of it is the environment's own: then an archive depends on more than the environment's files.</summary>
    public bool IsAny
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Kind == SearchPathKind.PthFile)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What PYTHONPATH adds.</summary>
    public IEnumerable<Problem> SessionProblems => Entries
        .Where(static entry => entry.Kind == SearchPathKind.PythonPath).SelectMany(OfVariable);

    /// <summary>Reads the projects of editable installs, then what else is added to <c>sys.path</c>.</summary>
    /// <param name="done">Takes the distributions whose metadata lies there.</param>
    /// <param name="systemContext">The machine.</param>
    /// <param name="cancellation">Stops it.</param>
    public List<PlannedProject> Plan(HashSet<Distribution> done, SystemContext systemContext, CancellationToken cancellation)
    {
        var planned = new List<PlannedProject>();
        foreach (var distribution in capture.Distributions)
        {
            cancellation.ThrowIfCancellationRequested();
            if (distribution.Editable is { } editable
                && ProjectArchiver.Read(editable.Path, distribution.CanonicalName, systemContext, problems) is { } archive)
            {
                planned.Add(new PlannedProject(distribution.CanonicalName, editable.Path, archive) { Distribution = distribution });
                NameLeftOut(archive, $"the project of {distribution.CanonicalName}");
            }
        }

        Add(planned, systemContext, cancellation);
        foreach (var distribution in capture.Distributions)
        {
            if (planned.Exists(project => (project.Distribution ?? distribution) == distribution && project.Holds(distribution.MetadataPath)))
            {
                done.Add(distribution);
            }
        }

        return planned;
    }

    private void Add(List<PlannedProject> planned, SystemContext systemContext, CancellationToken cancellation)
    {
        foreach (var entry in Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (planned.Exists(project => project.Holds(entry.Path)))
            {
                continue;
            }

            if (entry.Kind == SearchPathKind.PythonPath)
            {
                problems.AddRange(OfVariable(entry));
            }
            else if (ProjectArchiver.ReadCode(entry.Path, entry.AddedBy ?? string.Empty, systemContext, problems) is { } archive)
            {
                var project = new PlannedProject(NameOf(entry.Path), entry.Path, archive) { IsFile = !Directory.Exists(entry.Path) };
                planned.Add(project);
                // It may be large or private: nobody said that it belongs to the environment.
                problems.Add(new Problem(
                    "code-outside", entry.Path, $"outside of the environment, on sys.path by {entry.AddedBy}: archived with it, as src/{project.Name}"));
                NameLeftOut(archive, $"what {entry.AddedBy} adds to sys.path");
            }
        }
    }

    /// <summary>
    /// Names <c>.pth</c> files that a package ships, which are restored as they are and lead to the old place, and the
    /// distributions that lie in no place that is archived.
    /// </summary>
    /// <param name="sources">The files of the environment, each with its place.</param>
    /// <param name="done">The distributions that are archived.</param>
    public void NameMissing(IReadOnlyList<InstalledTree> sources, HashSet<Distribution> done)
    {
        foreach (var distribution in capture.Distributions)
        {
            if (!done.Contains(distribution))
            {
                problems.Add(new Problem(
                    "distribution-not-archived",
                    distribution.MetadataPath,
                    $"{distribution.CanonicalName} lies outside of the environment and of its site folders"));
            }
        }

        foreach (var entry in Entries)
        {
            if (entry.AddedBy is { } addedBy && sources.Any(tree => RealPath.IsWithin(addedBy, tree.Root)
                && tree.Find(addedBy[(tree.Root.Length + 1)..]) is { Use: TreeFileUse.Member }))
            {
                problems.Add(ProjectArchiver.NotArchived(addedBy, $"a package ships it, so that the restored environment still looks for {entry.Path}"));
            }
        }
    }

    /// <summary>Names a folder whose modules no package owns and that is too much another's to be taken whole: the system's.</summary>
    public void NameUnowned(OutsideSiteFolder site, int count)
    {
        if (count > 0 && site is { IsAdded: true, OnlyPackages: true })
        {
            problems.Add(ProjectArchiver.NotArchived(site.Path, $"of this folder on sys.path only installed packages are archived, not {count} other modules"));
        }
    }

    /// <summary>Whether a file is what Python imports.</summary>
    public static bool IsModule(string path) =>
        path.EndsWith(".py", StringComparison.Ordinal) || path.EndsWith(".so", StringComparison.Ordinal);

    private static List<SearchPathEntry> Find(PythonEnvironment environment, IReadOnlyList<OutsideSiteFolder> sites)
    {
        var entries = new List<SearchPathEntry>();
        foreach (var entry in environment.SearchPath)
        {
            if (entry.Kind is SearchPathKind.PthFile or SearchPathKind.PythonPath && IsOutside(entry, environment, sites))
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static bool IsOutside(SearchPathEntry entry, PythonEnvironment environment, IReadOnlyList<OutsideSiteFolder> sites)
    {
        var real = RealPath.Of(entry.Path);
        return Path.Exists(real)
            && !IsArchived(environment, real, RealPath.Of(environment.Prefix))
            && !IsInterpreters(real, RealPath.Of(environment.BasePrefix), environment.Layers[^1].Kind == EnvironmentLayerKind.System)
            && !sites.Any(site => site.Path == entry.Path || (!site.OnlyPackages && RealPath.IsWithin(real, RealPath.Of(site.Path))));
    }

    /// <summary>Whether a path lies in what is archived of the prefix; beside a virtual environment's own folders it does not.</summary>
    public static bool IsArchived(PythonEnvironment environment, string path, string prefix)
    {
        // Of the system's prefix nothing is archived but site folders and the interpreter.
        if (!RealPath.IsWithin(path, prefix) || environment.Layers[0].Kind == EnvironmentLayerKind.System)
        {
            return false;
        }

        var below = path[prefix.TrimEnd('/').Length..].TrimStart('/');
        return environment.Layers[0].Kind != EnvironmentLayerKind.VirtualEnvironment
            || VirtualEnvironmentFiles.Folders.Contains(below.Split('/')[0]);
    }

    /// <summary>Whether a folder is the standard library's or beside it.</summary>
    private static bool IsInterpreters(string folder, string basePrefix, bool isSystems) =>
        RealPath.IsWithin(folder, basePrefix)
        && !folder.Contains("/site-packages", StringComparison.Ordinal)
        && !folder.Contains("/dist-packages", StringComparison.Ordinal)
        && RealPath.IsWithin(folder, Path.Join(basePrefix, "lib"))
        && (!isSystems || folder.StartsWith(Path.Join(basePrefix, "lib", "python"), StringComparison.Ordinal));

    private static Problem[] OfVariable(SearchPathEntry entry) => HoldsCode(entry.Path)
        ? [new Problem("pythonpath-not-archived", entry.Path, "PYTHONPATH adds it to sys.path, and no archive has it: it is not the environment's")]
        : [];

    private static bool HoldsCode(string path)
    {
        foreach (var entry in DirectoryReader.List(path, out _))
        {
            if (IsModule(entry.Name) || File.Exists(Path.Join(path, entry.Name, "__init__.py")))
            {
                return true;
            }
        }

        return File.Exists(path);
    }

    private void NameLeftOut(ProjectArchive archive, string whose)
    {
        foreach (var file in archive.LeftOut)
        {
            if (IsModule(file.Path))
            {
                problems.Add(ProjectArchiver.NotArchived(file.Path, $"a module in {whose} is not archived: {file.Reason}"));
            }
        }
    }

    /// <summary>A name as canonical as a distribution's, which no distribution and no other folder has.</summary>
    private string NameOf(string path)
    {
        var stem = File.Exists(path) ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);
        var letters = stem.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        var name = string.Concat(letters).Trim('-') is { Length: > 0 } found ? found[..Math.Min(found.Length, 60)] : "code";
        var unique = name;
        _names ??= [.. capture.Distributions.Select(distribution => distribution.CanonicalName)];
        for (var number = 2; !_names.Add(unique); number++)
        {
            unique = $"{name}-{number}";
        }

        return unique;
    }
}

/// <summary>A folder on <c>sys.path</c> outside of the prefix, whose packages are restored into the environment's own.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="OnlyPackages">Whether only files that packages own are archived from it.</param>
/// <param name="IsAdded">Whether a <c>.pth</c> file or PYTHONPATH added it: Python reads no <c>.pth</c> files there.</param>
internal sealed record OutsideSiteFolder(string Path, bool OnlyPackages, bool IsAdded);
