using Firn.Common;
using Firn.Python.Environments;
using Firn.Storage;

namespace Firn.Analyses.Projects;

/// <summary>Which store the runs of a project go to.</summary>
internal static class ProjectStore
{
    /// <summary>
    /// The store's folder, absolute: <paramref name="option"/> (<c>--store</c>), else <c>FIRN_STORE</c>, else the
    /// project's <c>store</c>, else the user's own. It need not exist.
    /// </summary>
    public static string Locate(string? option, Project? project, Surroundings surroundings)
    {
        if (option is null && surroundings.Variable("FIRN_STORE") is null && project?.Store is { } store)
        {
            var path = PythonPaths.ExpandUser(store, surroundings.HomeDirectory);
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, project.Folder));
        }

        return StoreLocator.Locate(option, surroundings);
    }

    /// <summary>
    /// The same for a command that needs no project: one that is named, or is here or above, is read only where its
    /// <c>store</c> decides, since a damaged file must not stop a command that it has no say in.
    /// </summary>
    /// <param name="option"><c>--store</c>.</param>
    /// <param name="folder"><c>--project</c>.</param>
    /// <param name="surroundings">The variables and the current folder.</param>
    public static string LocateAnywhere(string? option, string? folder, Surroundings surroundings)
    {
        var isNamed = option is not null || surroundings.Variable("FIRN_STORE") is not null;
        var project = !isNamed && ProjectLocator.Find(folder, surroundings) is { } found ? ProjectReader.ReadSettings(found) : null;
        return Locate(option, project, surroundings);
    }
}
