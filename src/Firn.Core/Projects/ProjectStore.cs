using Firn.Common;
using Firn.Python.Environments;
using Firn.Storage;

namespace Firn.Projects;

/// <summary>Which store the runs of a project go to.</summary>
internal static class ProjectStore
{
    /// <summary>
    /// The store's folder, absolute: <paramref name="option"/> (<c>--store</c>), else <c>FIRN_STORE</c>, else the
    /// project's <c>store</c>, else the user's own. It need not exist.
    /// </summary>
    public static string Locate(string? option, Project? project, SystemContext systemContext)
    {
        if (option is null && systemContext.Variable("FIRN_STORE") is null && project?.Store is { } store)
        {
            var path = PythonPaths.ExpandUser(store, systemContext.HomeDirectory);
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, project.Folder));
        }

        return StoreLocator.Locate(option, systemContext);
    }

    /// <summary>
    /// The same for a command that needs no project: one that is named, or is here or above, is read only where its
    /// <c>store</c> decides, since a damaged file must not stop a command that it has no say in.
    /// </summary>
    /// <param name="option"><c>--store</c>.</param>
    /// <param name="folder"><c>--project</c>.</param>
    /// <param name="systemContext">The variables and the current folder.</param>
    public static string LocateAnywhere(string? option, string? folder, SystemContext systemContext)
    {
        var isNamed = option is not null || systemContext.Variable("FIRN_STORE") is not null;
        var project = !isNamed && ProjectLocator.Find(folder, systemContext) is { } found ? ProjectReader.ReadSettings(found) : null;
        return Locate(option, project, systemContext);
    }
}

/// <summary>Finds the environment that <c>firn.yaml</c> names, or the active one where it names none.</summary>
internal static class ProjectEnvironment
{
    /// <param name="choice">What is named; not a capture, which is restored first.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="systemContext">Variables and home.</param>
    /// <exception cref="FirnException">It is not there, or a capture.</exception>
    public static LocatedEnvironment Locate(EnvironmentChoice? choice, string folder, SystemContext systemContext)
    {
        var here = systemContext with { CurrentDirectory = folder };
        return choice switch
        {
            _ when ImageOfContainer.Of(systemContext) is not null =>
                EnvironmentLocator.Locate(ImageOfContainer.Environment(systemContext), null, here),
            { Kind: EnvironmentChoiceKind.Image } => throw OutsideOfImage(choice.Value),
            null => EnvironmentLocator.Locate(null, null, here),
            { Kind: EnvironmentChoiceKind.CondaName } => EnvironmentLocator.Locate(null, choice.Value, here),
            { Kind: EnvironmentChoiceKind.Python } => EnvironmentLocator.Locate(choice.Value, null, here),
            { Kind: EnvironmentChoiceKind.Prefix or EnvironmentChoiceKind.Locks } => EnvironmentLocator.FromPrefix(
                Path.GetFullPath(PythonPaths.ExpandUser(choice.Value, here.HomeDirectory), folder), Project.FileName),
            _ => throw new FirnException(
                $"the environment is the capture {choice.Value}, which is restored when a run begins",
                $"restore it with `firn restore {choice.Value} --to PREFIX`, and activate it there"),
        };
    }

    /// <summary>The failure of what is done outside of the image that is the environment.</summary>
    public static FirnException OutsideOfImage(string image) => new(
        $"the environment is in the image {image}",
        $"`firn run`, `build` and `status` work inside of it; `firn capture --image {image}` captures it", FailureKind.InvalidRequest);
}
