using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Projects;
using Firn.Python.Environments;
using Firn.Runs.Building;
using Firn.Runs.Comparing;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Running;

namespace Firn.Workflows;

/// <summary>Which analyses of a project to build, or to look at.</summary>
public sealed record ProjectAnalysesRequest
{
    /// <summary>The project's folder; <see langword="null"/> for the folder with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>The analyses, <c>SUBJECT/NAME</c>; none for all.</summary>
    public IReadOnlyList<string> Analyses { get; init; } = [];

    /// <summary>Takes this process's signals for what is done; <see langword="null"/> where the token alone ends it.</summary>
    public SignalForwarder? Signals { get; init; }
}

/// <summary>An analysis whose run directory was made.</summary>
/// <param name="Reference"><c>SUBJECT/NAME</c>.</param>
/// <param name="Capture">Its environment as it is now.</param>
/// <param name="Folder">The run directory, absolute.</param>
/// <param name="Files">The names of the files in it.</param>
/// <param name="Changes">What of the environment has changed since it was built before, one line each.</param>
public sealed record BuiltAnalysis(
    string Reference, Capture Capture, string Folder, ImmutableArray<string> Files, ImmutableArray<string> Changes);

/// <summary>An analysis whose run directory would be made.</summary>
/// <param name="Reference"><c>SUBJECT/NAME</c>.</param>
/// <param name="BuiltBefore">When it was built.</param>
/// <param name="Environment">Which environment it would be, in words.</param>
/// <param name="Command">The command as the project's file has it.</param>
/// <param name="Folder">The run directory, absolute.</param>
public sealed record BuildPlan(string Reference, DateTimeOffset? BuiltBefore, string Environment, string Command, string Folder)
{
    /// <summary>The names of the files that would be in it, whatever the environment.</summary>
    public ImmutableArray<string> Files { get; } =
        [RunFileNames.Configuration, CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName];

    /// <summary>The names of those that a conda environment has besides.</summary>
    public ImmutableArray<string> CondaFiles { get; } = [CaptureFileNames.Conda, CaptureFileNames.CondaExplicit];
}

/// <summary>Makes the run directories of analyses: the environment as it is now, and the resolved configuration.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class BuildAnalyses(SystemContext systemContext)
{
    /// <summary>Builds them, one after the other.</summary>
    /// <param name="request">Which.</param>
    /// <param name="built">Is told of each, as long as its run directory is locked.</param>
    /// <param name="observer">Is told what is made on the way, and how far archiving is.</param>
    /// <param name="cancellation">Ends it between two.</param>
    /// <exception cref="FirnException">There is no project or no such analysis, or its environment is not there.</exception>
    public void Run(
        ProjectAnalysesRequest request, Action<BuiltAnalysis> built, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var (project, selected) = Select(request);
        var settings = new RunSettings
        {
            SystemContext = systemContext,
            Store = ProjectStore.Locate(request.Store, project, systemContext),
            IsArchived = project.IsArchived,
            WithInterpreter = project.ArchivesInterpreter,
        };
        using var services = new RunServices(settings, null, request.Signals, cancellation);
        var store = services.OpenStore();
        var resolver = services.Resolver(LockedUse.Make, observer);
        foreach (var analysis in selected)
        {
            var task = ProjectTask.Of(project, analysis, resolver);
            task.RunFolder.Make();
            using var right = task.RunFolder.Lock(analysis.Reference);
            var before = task.RunFolder.ReadCapture();
            var capture = services.Preparer.Inspect(task).Capture;
            var found = services.Runner.Look(task, capture, store, observer.Begin);
            var files = AnalysisBuilder.Build(task.RunFolder, project, analysis, capture, found.Built());
            IEnumerable<string> changes = before is null ? [] : EnvironmentChanges.Of(before.Capture, capture);
            if (before?.Files is { } then)
            {
                changes = changes.Concat(EnvironmentFileChanges.SinceBuild(then, found, project.Folder, settings, store, services.Signals.Token));
            }

            built(new BuiltAnalysis(analysis.Reference, capture, task.RunFolder.Path, [.. files], [.. changes]));
        }
    }

    /// <summary>What a build would do, without a look at the environment but for where it is.</summary>
    /// <param name="request">Which.</param>
    /// <param name="observer">Is told what is met on the way.</param>
    /// <exception cref="FirnException">There is no project or no such analysis, or its environment is not there.</exception>
    public IEnumerable<BuildPlan> Plan(ProjectAnalysesRequest request, IWorkObserver? observer = null)
    {
        var (project, selected) = Select(request);
        foreach (var analysis in selected)
        {
            var store = ProjectStore.Locate(request.Store, project, systemContext with { HomeProblem = null });
            var folder = RunDirectory.Of(project, analysis);
            yield return new BuildPlan(
                analysis.Reference, folder.BuiltAt(), EnvironmentOf(project, analysis, store, observer), analysis.CommandText, folder.Path);
        }
    }

    private (Project Project, IReadOnlyList<AnalysisDefinition> Selected) Select(ProjectAnalysesRequest request)
    {
        var project = ProjectReader.Read(ProjectLocator.Require(request.Project, systemContext));
        return (project, request.Analyses.Count == 0
            ? AnalysisOrder.Of(project, [])
            : [.. request.Analyses.Select(name => ProjectReader.Find(project, name))]);
    }

    private string EnvironmentOf(Project project, AnalysisDefinition analysis, string store, IWorkObserver? observer)
    {
        if (analysis.Environment is { Kind: EnvironmentChoiceKind.Capture } capture)
        {
            return $"restored from {capture.Value}";
        }

        if (analysis.Environment is { Kind: EnvironmentChoiceKind.Locks } locks)
        {
            return $"{locks.Value}, made from {string.Join(", ", locks.Files)}";
        }

        var request = new ProjectEnvironmentResolver(systemContext, store, LockedUse.Make, observer).Request(analysis.Environment, project);
        request.MustBeThere();
        var located = EnvironmentLocator.Locate(
            request.Environment, request.CondaName, systemContext with { CurrentDirectory = project.Folder });
        return $"{located.Prefix} ({located.Reason})";
    }
}
