using Firn.Common;
using Firn.Python.Environments;

namespace Firn.Analyses.Projects;

/// <summary>Finds the environment that <c>firn.yaml</c> names, or the active one where it names none.</summary>
internal static class ProjectEnvironment
{
    /// <param name="choice">What is named; not a capture, which is restored first.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="surroundings">Variables and home.</param>
    /// <exception cref="FirnException">It is not there, or a capture.</exception>
    public static LocatedEnvironment Locate(EnvironmentChoice? choice, string folder, Surroundings surroundings)
    {
        var here = surroundings with { CurrentDirectory = folder };
        return choice switch
        {
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
}
