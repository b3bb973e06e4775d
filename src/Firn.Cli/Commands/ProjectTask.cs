using Firn.Analyses.Building;
using Firn.Analyses.Projects;
using Firn.Analyses.Running;

namespace Firn.Cli.Commands;

/// <summary>An analysis of a project as it would be run.</summary>
internal static class ProjectTask
{
    /// <summary>The task, without anybody to print to.</summary>
    public static RunTask Of(Project project, AnalysisDefinition analysis, EnvironmentOf environments) => new()
    {
        Project = project,
        Analysis = analysis,
        Environment = environments.Request(analysis.Environment, project),
        Folder = project.Folder,
        RunFolder = AnalysisFolder.Of(project, analysis),
        Output = static _ => true,
        Error = static _ => true,
    };
}
