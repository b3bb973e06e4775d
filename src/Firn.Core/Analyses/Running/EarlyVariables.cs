using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Environments;

namespace Firn.Analyses.Running;

/// <summary>The variables of a run that decide what is in its environment, and so are needed to capture it.</summary>
internal static class EarlyVariables
{
    public const string Unbuffered = "PYTHONUNBUFFERED";

    private const string PythonPath = "PYTHONPATH";

    public static ImmutableSortedDictionary<string, string?> For(RunTask task, Surroundings user)
    {
        var analysis = task.Analysis;
        return analysis.PythonPath.IsEmpty || analysis.Variables.ContainsKey(PythonPath)
            ? analysis.Variables
            : analysis.Variables.SetItem(PythonPath, string.Join(
                Path.PathSeparator,
                analysis.PythonPath.Select(folder => Path.TrimEndingDirectorySeparator(
                    Path.GetFullPath(PythonPaths.ExpandUser(folder, user.HomeDirectory), task.Project.Folder)))));
    }
}
