using Firn.Captures.Archives.Projects;
using Firn.Common;
using Firn.Python;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// What <c>.pth</c> files and PYTHONPATH add to <c>sys.path</c> from outside of the prefix and of its site folders: a folder
/// in development, one of shared modules, a zip file. What a <c>.pth</c> file adds is archived as the project of an editable
/// install is; what is not archived is named.
/// </summary>
/// <param name="capture">The environment.</param>
/// <param name="sites">The site folders outside of the prefix, which are archived already.</param>
/// <param name="problems">Takes what is not archived.</param>
internal sealed class AddedCode(Capture capture, IReadOnlyList<SiteFolder> sites, List<Problem> problems)
{
    /// <summary>The problem of code that an archive does not have.</summary>
    public const string NotArchived = "code-not-archived";

    private readonly HashSet<string> _names = [.. capture.Distributions.Select(distribution => distribution.CanonicalName)];

    /// <summary>The entries, in Python's order.</summary>
    public IReadOnlyList<SearchPathEntry> Entries { get; } = Find(capture.Environment, sites);

    /// <summary>Reads what the projects of editable installs do not have already.</summary>
    /// <param name="projects">Those projects.</param>
    /// <param name="surroundings">The machine.</param>
    /// <param name="cancellation">Stops it.</param>
    public List<PlannedProject> Plan(IReadOnlyList<PlannedProject> projects, Surroundings surroundings, CancellationToken cancellation)
    {
        var planned = new List<PlannedProject>();
        foreach (var entry in Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (projects.Concat(planned).Any(project => project.Holds(entry.Path)))
            {
                continue;
            }

            if (entry.Kind == SearchPathKind.PythonPath)
            {
                if (HoldsCode(entry.Path))
                {
                    problems.Add(new Problem(
                        NotArchived, entry.Path, "PYTHONPATH adds it to sys.path, and no archive has it: it is not the environment's"));
                }
            }
            else if (ProjectArchiver.ReadCode(entry.Path, entry.AddedBy ?? string.Empty, surroundings, problems) is { } archive)
            {
                var project = new PlannedProject(NameOf(entry.Path), entry.Path, archive) { IsFile = !Directory.Exists(entry.Path) };
                planned.Add(project);
                // It may be large or private: nobody said that it belongs to the environment.
                problems.Add(new Problem(
                    "code-outside", entry.Path, $"outside of the environment, on sys.path by {entry.AddedBy}: archived with it, as src/{project.Name}"));
                NameLeftOut(archive, entry);
            }
        }

        return planned;
    }

    /// <summary>Names a folder whose modules no package owns and that is too much another's to be taken whole: the system's.</summary>
    public void NameUnowned(SiteFolder site, int count)
    {
        if (count > 0 && site is { IsAdded: true, OnlyPackages: true })
        {
            problems.Add(new Problem(
                NotArchived, site.Path, $"of this folder on sys.path only installed packages are archived, not {count} other modules"));
        }
    }

    /// <summary>Whether a file is what Python imports.</summary>
    public static bool IsModule(string path) =>
        path.EndsWith(".py", StringComparison.Ordinal) || path.EndsWith(".so", StringComparison.Ordinal);

    private static List<SearchPathEntry> Find(PythonEnvironment environment, IReadOnlyList<SiteFolder> sites)
    {
        var prefix = RealPath.Of(environment.Prefix);
        var basePrefix = RealPath.Of(environment.BasePrefix);
        var isSystems = environment.Layers[^1].Kind == EnvironmentLayerKind.System;
        var entries = new List<SearchPathEntry>();
        foreach (var entry in environment.SearchPath)
        {
            if (entry.Kind is not (SearchPathKind.PthFile or SearchPathKind.PythonPath) || !Path.Exists(entry.Path))
            {
                continue;
            }

            var real = RealPath.Of(entry.Path);
            if (!RealPath.IsWithin(real, prefix) && !IsInterpreters(real, basePrefix, isSystems)
                && !sites.Any(site => !site.OnlyPackages && RealPath.IsWithin(real, RealPath.Of(site.Path)))
                && !sites.Any(site => site.Path == entry.Path))
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>Whether a folder is the standard library's or beside it.</summary>
    private static bool IsInterpreters(string folder, string basePrefix, bool isSystems) =>
        RealPath.IsWithin(folder, basePrefix)
        && !folder.Contains("/site-packages", StringComparison.Ordinal)
        && !folder.Contains("/dist-packages", StringComparison.Ordinal)
        && RealPath.IsWithin(folder, Path.Join(basePrefix, "lib"))
        && (!isSystems || folder.StartsWith(Path.Join(basePrefix, "lib", "python"), StringComparison.Ordinal));

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

    private void NameLeftOut(ProjectArchive archive, SearchPathEntry entry)
    {
        foreach (var file in archive.LeftOut)
        {
            if (IsModule(file.Path))
            {
                problems.Add(new Problem(NotArchived, file.Path, $"it is on sys.path by {entry.AddedBy}, and not archived: {file.Reason}"));
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
        for (var number = 2; !_names.Add(unique); number++)
        {
            unique = $"{name}-{number}";
        }

        return unique;
    }
}
