using System.Collections.Immutable;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Comparing;
using Firn.Runs.Preparing;
using Firn.Runs.Running;

namespace Firn.Workflows;

/// <summary>Which analyses of a project to run.</summary>
public sealed record RunAnalysesRequest
{
    /// <summary>The analyses, <c>SUBJECT/NAME</c>; none for all. What they need is run too, where it has changed.</summary>
    public IReadOnlyList<string> Analyses { get; init; } = [];

    /// <summary>What runs have in common.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>How many may run at once.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Whether analyses run too that have not changed.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether a change of the environment since the build is a failure.</summary>
    public bool IsFrozen { get; init; }
}

/// <summary>What became of one analysis.</summary>
public sealed record AnalysisRunResult
{
    internal AnalysisRunResult(AnalysisResult result, string store)
    {
        Result = result;
        Run = result.Outcome is { } outcome ? new RunResult(outcome, store) : null;
        Last = result.Last is { } last ? new KeptRun(last) : null;
    }

    /// <summary><c>SUBJECT/NAME</c>.</summary>
    public string Reference => Result.Reference;

    /// <summary>What became of it.</summary>
    public AnalysisResultKind Kind => Result.Kind;

    /// <summary>The run, where there was one.</summary>
    public RunResult? Run { get; }

    /// <summary>The run that still holds, where nothing has changed.</summary>
    public KeptRun? Last { get; }

    /// <summary>Why it could not be started.</summary>
    public FirnException? Failure => Result.Failure;

    /// <summary>The analysis that it needs and that did not succeed.</summary>
    public string? FailedNeed => Result.FailedNeed;

    /// <summary>All that is known of it.</summary>
    internal AnalysisResult Result { get; }
}

/// <summary>What became of the analyses of a project.</summary>
/// <param name="Store">The store's folder.</param>
/// <param name="Analyses">Each analysis, in the order in which they could run one after the other.</param>
public sealed record RunAnalysesResult(string Store, ImmutableArray<AnalysisRunResult> Analyses);

/// <summary>Runs analyses of a project, each behind what it needs, and keeps each run in the store.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RunAnalyses(SystemContext systemContext)
{
    /// <summary>Runs them.</summary>
    /// <param name="request">Which.</param>
    /// <param name="streams">
    /// Says where an analysis's output goes, by its reference, and by whether it is the only one; is called from the threads
    /// that run them.
    /// </param>
    /// <param name="observer">Is told what is made on the way.</param>
    /// <param name="cancellation">Asks what runs to end, and starts nothing more.</param>
    /// <exception cref="FirnException">There is no project or no such analysis, or the store cannot be opened.</exception>
    public RunAnalysesResult Run(
        RunAnalysesRequest request,
        Func<string, bool, RunStreams> streams,
        IWorkObserver? observer = null,
        CancellationToken cancellation = default)
    {
        RunServices.CheckSystem();
        var options = request.Options;
        var project = ProjectReader.Read(ProjectLocator.Require(options.Project, systemContext));
        var order = AnalysisOrder.Of(project, request.Analyses);
        var settings = options.Settings(systemContext, project, hasProject: true) with { IsFrozen = request.IsFrozen, IsForced = request.IsForced };
        using var services = new RunServices(settings, RunServices.CacheOf(project), options.Signals, cancellation);
        var store = services.OpenStore();
        var secrets = new SecretsDigest(mayMake: true);
        var runner = new ProjectAnalysisRunner(
            settings, services.Preparer, new RunComparer(services.Digests, secrets), secrets, services.Runner, store, TimeProvider.System);
        TemporaryRunFolder.SweepBeside();
        var resolver = services.Resolver(request.IsFrozen ? LockedUse.OnlyCurrent : LockedUse.Make, observer);
        var results = new AnalysisScheduler(order, analysis => RunOne(
            runner,
            resolver,
            project,
            analysis with { Threads = options.Threads ?? analysis.Threads },
            isNamed: request.Analyses.Count == 0 || request.Analyses.Contains(analysis.Reference),
            streams(analysis.Reference, order.Count == 1),
            services.Signals.Token)).RunAll(request.Jobs);
        services.Digests.Save();
        return new RunAnalysesResult(settings.Store, [.. results.Select(result => new AnalysisRunResult(result, settings.Store))]);
    }

    private static AnalysisResult RunOne(
        ProjectAnalysisRunner runner,
        ProjectEnvironmentResolver resolver,
        Project project,
        AnalysisDefinition analysis,
        bool isNamed,
        RunStreams streams,
        CancellationToken cancellation)
    {
        try
        {
            return runner.Run(
                ProjectTask.Of(project, analysis, resolver, streams),
                isNamed,
                line => streams.Observer?.Tell(new WorkNotice.Remark(line)),
                streams.Observer.Begin,
                cancellation);
        }
        catch (FirnException exception)
        {
            return new AnalysisResult { Reference = analysis.Reference, Kind = AnalysisResultKind.Refused, Failure = exception };
        }
        finally
        {
            streams.Finished?.Invoke();
        }
    }
}

/// <summary>An analysis of a project as it would be run.</summary>
internal static class ProjectTask
{
    /// <summary>The task; without streams nobody is printed to.</summary>
    public static RunTask Of(
        Project project, AnalysisDefinition analysis, ProjectEnvironmentResolver resolver, RunStreams? streams = null) => new()
        {
            Project = project,
            Analysis = analysis,
            Environment = resolver.Request(analysis.Environment, project),
            Folder = project.Folder,
            RunFolder = RunDirectory.Of(project, analysis),
            Output = (streams ?? RunStreams.None).Output,
            Error = (streams ?? RunStreams.None).Error,
            HasOneOutput = streams?.AreOne ?? false,
        };
}
