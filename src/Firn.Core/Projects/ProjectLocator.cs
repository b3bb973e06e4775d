using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Projects;

/// <summary>Finds the project that a command is about.</summary>
internal static class ProjectLocator
{
    private const int MaxLevels = 256;

    /// <summary>
    /// The project's folder, absolute: the one of <paramref name="option"/> (<c>--project</c>), else the current folder
    /// or the nearest above it that holds <c>firn.yaml</c>; <see langword="null"/> where none does.
    /// </summary>
    /// <exception cref="FirnException">The folder of <paramref name="option"/> has no <c>firn.yaml</c>.</exception>
    public static string? Find(string? option, SystemContext systemContext)
    {
        if (option is not null)
        {
            return Given(Path.GetFullPath(option, systemContext.CurrentDirectory));
        }

        var folder = systemContext.CurrentDirectory;
        for (var level = 0; folder is not null && level < MaxLevels; level++)
        {
            if (File.Exists(Path.Join(folder, Project.FileName)))
            {
                return Path.TrimEndingDirectorySeparator(folder);
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    /// <summary>The project's folder where there must be one.</summary>
    /// <exception cref="FirnException">There is none.</exception>
    public static string Require(string? option, SystemContext systemContext) =>
        Find(option, systemContext) ?? throw new FirnException(
            $"there is no {Project.FileName} in {systemContext.CurrentDirectory} or above",
            $"write one with `firn init`, or name a project with {RequestSetting.Project}");

    private static string Given(string path)
    {
        if (Path.GetFileName(path) == Project.FileName && File.Exists(path))
        {
            path = Path.GetDirectoryName(path)!;
        }

        if (File.Exists(Path.Join(path, Project.FileName)))
        {
            return Path.TrimEndingDirectorySeparator(path);
        }

        throw new FirnException(
            Directory.Exists(path) ? $"there is no {Project.FileName} in {path}" : $"there is no folder {path}",
            "name the folder that holds it, or write one with `firn init`");
    }
}

/// <summary>What the records of a project's runs say of the project.</summary>
internal static class ProjectIdentity
{
    /// <param name="folder">The folder with <c>firn.yaml</c>, absolute.</param>
    /// <param name="remote">The remote's URL without credentials, where there is one.</param>
    /// <param name="within">The folder relative to the work tree, <c>.</c> where it is the same.</param>
    public static RunProject Of(string folder, string? remote, string within) =>
        new(RealPath.Of(folder), remote is null ? null : $"{remote} {within}");

    /// <summary>The project that is named, or is here or above; <see langword="null"/> where there is none.</summary>
    /// <param name="option"><c>--project</c>.</param>
    /// <param name="systemContext">The current folder, and what git reads.</param>
    /// <exception cref="FirnException">The folder that is named has no <c>firn.yaml</c>.</exception>
    public static RunProject? Find(string? option, SystemContext systemContext)
    {
        if (ProjectLocator.Find(option, systemContext) is not { } folder)
        {
            return null;
        }

        var repository = GitRepository.Find(folder, systemContext);
        return Of(folder, repository?.Remote, repository?.Subdirectory ?? ".");
    }
}

/// <summary>
/// Where Firn writes in a project: through no link, made by whomever, since what it leads to is not the project's. A
/// project's folder may be somebody else's work; it may be a link itself.
/// </summary>
internal static class UnlinkedPath
{
    /// <summary>The path of a file or folder, absolute.</summary>
    /// <param name="project">The project's folder, absolute.</param>
    /// <param name="relative">The path in it.</param>
    /// <exception cref="FirnException">It, or a folder on the way to it, is a link.</exception>
    public static string Of(string project, string relative)
    {
        var path = Path.Join(project, relative);
        return StoreTree.FindLink(Path.TrimEndingDirectorySeparator(project), path + '/') is not { } link
            ? path
            : throw new FirnException(
                $"{link} is a link to {RealPath.LinkTarget(link)}, and firn writes through none",
                "move it away; to have the project elsewhere, let its whole folder be the link");
    }
}
