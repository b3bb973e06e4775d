using Firn.Common;
using Firn.Git;
using Firn.Storage.Records;

namespace Firn.Analyses.Projects;

/// <summary>What the records of a project's runs say of the project.</summary>
internal static class ProjectMark
{
    /// <param name="folder">The folder with <c>firn.yaml</c>, absolute.</param>
    /// <param name="remote">The remote's URL without credentials, where there is one.</param>
    /// <param name="within">The folder relative to the work tree, <c>.</c> where it is the same.</param>
    public static RunProject Of(string folder, string? remote, string within) =>
        new(RealPath.Of(folder), remote is null ? null : $"{remote} {within}");

    /// <summary>The project that is named, or is here or above; <see langword="null"/> where there is none.</summary>
    /// <param name="option"><c>--project</c>.</param>
    /// <param name="surroundings">The current folder, and what git reads.</param>
    /// <exception cref="FirnException">The folder that is named has no <c>firn.yaml</c>.</exception>
    public static RunProject? Find(string? option, Surroundings surroundings)
    {
        if (ProjectLocator.Find(option, surroundings) is not { } folder)
        {
            return null;
        }

        var repository = GitRepository.Find(folder, surroundings);
        return Of(folder, repository?.Remote, repository?.Subdirectory ?? ".");
    }
}
