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
}
