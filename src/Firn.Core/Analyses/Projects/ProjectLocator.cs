using Firn.Common;

namespace Firn.Analyses.Projects;

/// <summary>Finds the project that a command is about.</summary>
internal static class ProjectLocator
{
    private const int MostLevels = 256;

    /// <summary>
    /// The project's folder, absolute: the one of <paramref name="option"/> (<c>--project</c>), else the current folder
    /// or the nearest above it that holds <c>firn.yaml</c>; <see langword="null"/> where none does.
    /// </summary>
    /// <exception cref="FirnException">The folder of <paramref name="option"/> has no <c>firn.yaml</c>.</exception>
    public static string? Find(string? option, Surroundings surroundings)
    {
        if (option is not null)
        {
            return Given(Path.GetFullPath(option, surroundings.CurrentDirectory));
        }

        var folder = surroundings.CurrentDirectory;
        for (var level = 0; folder is not null && level < MostLevels; level++)
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
    public static string Require(string? option, Surroundings surroundings) =>
        Find(option, surroundings) ?? throw new FirnException(
            $"there is no {Project.FileName} in {surroundings.CurrentDirectory} or above",
            "write one with `firn init`, or name a project with --project");

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
