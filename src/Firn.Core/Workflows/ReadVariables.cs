using System.Collections.Immutable;
using Firn.Common;
using Firn.Projects;
using Firn.Python.Environments;
using Firn.Runs.Preparing;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>Of which run the variables are wanted.</summary>
public sealed record ReadVariablesRequest
{
    /// <summary>The project's folder; <see langword="null"/> for the folder with <c>firn.yaml</c>, the current one or above, if there is one.</summary>
    public string? Project { get; init; }

    /// <summary>The analysis, <c>SUBJECT/NAME</c>; <see langword="null"/> for what all of them share.</summary>
    public string? Analysis { get; init; }

    /// <summary>How many threads numeric libraries may use; <see langword="null"/> for what the project says.</summary>
    public int? Threads { get; init; }
}

/// <summary>The variables of a run.</summary>
/// <param name="Variables">What it sets, sorted by name; <see langword="null"/> where it unsets one.</param>
/// <param name="KeptThreads">
/// <c>NAME=VALUE</c> of each variable for threads that is set already to something else than the project says, and stays.
/// </param>
public sealed record ReadVariablesResult(
    ImmutableSortedDictionary<string, string?> Variables, ImmutableArray<string> KeptThreads);

/// <summary>
/// Tells which variables a run has beside those of the user: the environment as its activation sets it, <c>pythonpath</c>,
/// <c>variables</c>, threads. Nothing is written or started.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ReadVariables(SystemContext systemContext)
{
    /// <summary>Reads them.</summary>
    /// <param name="request">Of which run.</param>
    /// <exception cref="FirnException">There is no such project, analysis or environment.</exception>
    public ReadVariablesResult Run(ReadVariablesRequest request)
    {
        var project = Find(request);
        var analysis = request.Analysis is { } reference ? Named(project, reference) : Shared(project);
        var located = ProjectEnvironment.Locate(analysis.Environment, project.Folder, systemContext);
        var environment = EnvironmentReader.Read(located, systemContext, []);
        var variables = RunVariables.For(analysis, project, environment, systemContext, request.Threads);
        return new ReadVariablesResult(
            request.Analysis is null ? variables.Remove(RunVariables.RunDirectory) : variables,
            request.Threads is null ? RunVariables.KeptThreads(analysis, systemContext) : []);
    }

    /// <summary>The project; its analyses only where they are needed.</summary>
    private Project Find(ReadVariablesRequest request)
    {
        if (ProjectLocator.Find(request.Project, systemContext) is { } folder)
        {
            return request.Analysis is null ? ProjectReader.ReadSettings(folder) : ProjectReader.Read(folder);
        }

        return request.Analysis is null
            ? new Project { Folder = systemContext.CurrentDirectory, Name = "none" }
            : throw new FirnException(
                $"there is no {Project.FileName} in {systemContext.CurrentDirectory} or above",
                $"name a project with {RequestSetting.Project}, or write one with `firn init`");
    }

    /// <summary>What every analysis has that says nothing for itself.</summary>
    private static AnalysisDefinition Shared(Project project) => new()
    {
        Subject = "project",
        Name = "shell",
        Command = [],
        CommandText = string.Empty,
        Environment = project.Environment,
        PythonPath = project.PythonPath,
        Variables = project.Variables,
        Threads = project.Threads,
    };

    private static AnalysisDefinition Named(Project project, string reference)
    {
        AnalysisReference.ParseAnalysis(reference);
        return ProjectReader.Find(project, reference);
    }
}
