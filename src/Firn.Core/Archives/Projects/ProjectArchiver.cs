using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Git;

namespace Firn.Archives.Projects;

/// <summary>
/// Tells what brings the project of an editable install back: its files as they are, never its secrets, data or caches,
/// and where it lies in a git repository a small repository of the commit that is checked out.
/// </summary>
internal static class ProjectArchiver
{
    /// <summary>Reads a project's folder.</summary>
    /// <param name="projectFolder">The folder, absolute.</param>
    /// <param name="canonicalName">The distribution's canonical name, for messages.</param>
    /// <param name="systemContext">Variables, home and the system's files.</param>
    /// <param name="problems">Receives what could not be read.</param>
    /// <returns><see langword="null"/> where there is no such folder.</returns>
    public static ProjectArchive? Read(
        string projectFolder, string canonicalName, SystemContext systemContext, List<Problem> problems)
    {
        if (!Directory.Exists(projectFolder))
        {
            problems.Add(new Problem(
                "project-missing", projectFolder, $"the project of {canonicalName} is not archived: there is no such folder"));
            return null;
        }

        return ReadRepository(projectFolder, systemContext, problems) ?? ReadFolder(projectFolder, isLimited: false);
    }

    /// <summary>Reads what a line of a <c>.pth</c> file adds to <c>sys.path</c>: a folder, or a zip file.</summary>
    /// <param name="path">The folder or the file, absolute; it exists.</param>
    /// <param name="addedBy">The <c>.pth</c> file, for messages.</param>
    /// <param name="systemContext">Variables, home and the system's files.</param>
    /// <param name="problems">Receives what could not be read.</param>
    /// <returns><see langword="null"/> where it is too large, which is a problem then.</returns>
    public static ProjectArchive? ReadCode(string path, string addedBy, SystemContext systemContext, List<Problem> problems)
    {
        var archive = Directory.Exists(path)
            ? ReadRepository(path, systemContext, problems, isLimited: true) ?? ReadFolder(path, isLimited: true)
            : ReadFile(path);
        if (archive is null)
        {
            problems.Add(NotArchived(
                path,
                $"{addedBy} adds it to sys.path; it is not archived: it cannot be read, or has more than {ProjectFileReader.MaxEntries:N0} files and folders or 1 GB"));
        }

        return archive;
    }

    /// <summary>The problem of code that an archive does not have.</summary>
    public static Problem NotArchived(string path, string message) => new Problem("code-not-archived", path, message);

    private static ProjectArchive? ReadFile(string path)
    {
        var real = RealPath.Of(path);
        return FileStatReader.TryRead(real, out var stat) && stat.IsRegularFile && stat.Size <= ProjectFileReader.MaxBytes
            ? new ProjectArchive([])
            {
                Subfolder = string.Empty,
                Members = [new BundleMember { Path = Path.GetFileName(path), Content = BundleContent.OfFile(real, stat.Size) }],
                LeftOut = [],
            }
            : null;
    }

    private static ProjectArchive? ReadRepository(
        string projectFolder, SystemContext systemContext, List<Problem> problems, bool isLimited = false)
    {
        var repository = GitRepository.Find(projectFolder, systemContext);
        if (repository is null)
        {
            return null;
        }

        if (!NativeCryptography.IsPresent || (repository.HeadCommit is null && !repository.IsUnborn))
        {
            problems.AddRange(repository.Problems);
            problems.Add(new Problem(
                "project-without-repository", projectFolder, "the git repository of the project is not archived: it cannot be read"));
            return null;
        }

        var folder = RealPath.Of(projectFolder);
        var within = Path.GetRelativePath(repository.WorkTree, ProjectRoot(folder, repository.WorkTree));
        var archiver = new RepositoryArchiver(systemContext, problems) { IsLimited = isLimited };
        if (!archiver.Add(repository, within == "." ? string.Empty : within + "/", string.Empty))
        {
            // A folder that the repository around it does not know, or that is too large.
            archiver.Sources.ForEach(static source => source.Dispose());
            return null;
        }

        problems.AddRange(repository.Problems);
        return new ProjectArchive(archiver.Sources)
        {
            Subfolder = Below(repository.WorkTree, folder),
            Members = [.. archiver.Members],
            LeftOut = Sorted(archiver.LeftOut),
        };
    }

    private static ProjectArchive? ReadFolder(string projectFolder, bool isLimited)
    {
        var folder = Path.GetFullPath(Path.TrimEndingDirectorySeparator(projectFolder));
        var root = ProjectRoot(folder, Path.GetDirectoryName(folder) ?? folder);
        var files = new ProjectFileReader(root, string.Empty) { IsLimited = isLimited };
        files.Walk(string.Empty);
        if (files.IsTooLarge)
        {
            return null;
        }

        return new ProjectArchive([])
        {
            Subfolder = Below(root, folder),
            Members = [.. files.Members],
            LeftOut = Sorted(files.LeftOut),
        };
    }

    /// <summary>
    /// The folder with the project's own file, at the folder or above it: an install by <c>setup.py develop</c> names
    /// the folder <c>src</c> inside.
    /// </summary>
    private static string ProjectRoot(string folder, string last)
    {
        for (var at = folder; RealPath.IsWithin(at, last); at = Path.GetDirectoryName(at) ?? "/")
        {
            if (File.Exists(Path.Join(at, "pyproject.toml")) || File.Exists(Path.Join(at, "setup.py")))
            {
                return at;
            }

            if (at == last)
            {
                break;
            }
        }

        return folder;
    }

    private static string Below(string root, string folder) =>
        Path.GetRelativePath(root, folder) is var within and not "." ? within : string.Empty;

    private static ImmutableArray<SkippedFile> Sorted(List<SkippedFile> files)
    {
        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return [.. files];
    }
}

/// <summary>What goes into the bundle of an editable install's project. Contents are read when the bundle is written: dispose it after that.</summary>
internal sealed class ProjectArchive(IReadOnlyList<IDisposable> sources) : IDisposable
{
    /// <summary>
    /// Where the project lies below the bundle's root: empty, or its folder in a repository that holds more than it.
    /// </summary>
    public required string Subfolder { get; init; }

    /// <summary>The files, and a small repository where there is one, in no order.</summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>What a person might miss, sorted by path.</summary>
    public required ImmutableArray<SkippedFile> LeftOut { get; init; }

    public void Dispose()
    {
        foreach (var source in sources)
        {
            source.Dispose();
        }
    }
}
