using Firn.Captures;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Preparing;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>A command that belongs to no analysis.</summary>
public sealed record RunProgramRequest
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Under which name it is kept, <c>SUBJECT/NAME</c>; <see langword="null"/> for <c>adhoc/PROGRAM</c>.</summary>
    public string? Label { get; init; }

    /// <summary>The environment; <see langword="null"/> for the project's, else the active one.</summary>
    public InspectionRequest? Environment { get; init; }

    /// <summary>Paths and globs that it reads, relative to the current folder; <see langword="null"/> where none are declared.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>Paths and globs that it writes, relative to the current folder.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>What runs have in common.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>Whether it reads this process's standard input.</summary>
    public bool InheritsInput { get; init; }
}

/// <summary>
/// Runs a command in the current folder, with the project's settings where there is one, and keeps outputs, log, code and
/// environment as one run in the store.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RunProgram(SystemContext systemContext)
{
    private const string DefaultSubject = "adhoc";

    /// <summary>Runs it.</summary>
    /// <param name="request">The command.</param>
    /// <param name="streams">Where its output goes.</param>
    /// <param name="observer">Is told what is made on the way, and how far archiving is.</param>
    /// <param name="cancellation">Asks the command to end, as SIGTERM would; what came of it is kept.</param>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public RunResult Run(
        RunProgramRequest request, RunStreams streams, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        RunServices.CheckSystem();
        var folder = ProjectLocator.Find(request.Options.Project, systemContext);
        var project = folder is not null
            ? ProjectReader.ReadSettings(folder)
            : new Project { Folder = systemContext.CurrentDirectory, Name = DefaultSubject };
        var settings = request.Options.Settings(systemContext, project, folder is not null);
        using var services = new RunServices(
            settings, folder is null ? null : RunServices.CacheOf(project), request.Options.Signals, cancellation);
        var store = services.OpenStore();
        using var runFolder = TemporaryRunFolder.Make();
        TemporaryRunFolder.SweepBeside();
        var environment = request.Environment
            ?? services.Resolver(LockedUse.Make, observer).Request(project.Environment, project);
        var run = services.Preparer.Prepare(
            Task(request, streams, project, folder is not null, environment, new RunDirectory(runFolder.Path)),
            services.Signals.Token);
        var outcome = services.Runner.Run(run, store, observer.Begin);
        runFolder.IsKept = outcome.StoreFailure is not null;
        return new RunResult(outcome, settings.Store) { KeptFolder = runFolder.IsKept ? runFolder.Path : null };
    }

    private RunTask Task(
        RunProgramRequest request,
        RunStreams streams,
        Project project,
        bool hasProject,
        InspectionRequest environment,
        RunDirectory runFolder)
    {
        var command = request.Command;
        var reference = request.Label is { } label
            ? AnalysisReference.ParseAnalysis(label)
            : new AnalysisReference(DefaultSubject, Path.GetFileName(command[0]) is { Length: > 0 } name ? name : "run", null);
        return new RunTask
        {
            Project = project,
            HasProject = hasProject,
            Analysis = new AnalysisDefinition
            {
                Subject = reference.Subject,
                Name = reference.Name,
                Command = [.. command],
                CommandText = string.Join(' ', command),
                Inputs = request.Inputs is null ? default : [.. request.Inputs.Select(OfProject)],
                Outputs = [.. request.Outputs.Select(OfProject)],
                PythonPath = project.PythonPath,
                Variables = project.Variables,
                Threads = request.Options.Threads ?? project.Threads,
            },
            Environment = Full(environment),
            Folder = systemContext.CurrentDirectory,
            RunFolder = runFolder,
            IsAdHoc = true,
            InheritsInput = request.InheritsInput,
            Output = streams.Output,
            Error = streams.Error,
            HasOneOutput = streams.AreOne,
        };

        // Globs of a command line are relative to the current folder, those of a run to the project's.
        string OfProject(string glob) => project.Folder == systemContext.CurrentDirectory
            ? glob
            : FileFinder.NameOf(Path.GetFullPath(glob, systemContext.CurrentDirectory), project.Folder);
    }

    private InspectionRequest Full(InspectionRequest request)
    {
        if (request.Environment is not { } text)
        {
            return request;
        }

        var full = Path.GetFullPath(text, systemContext.CurrentDirectory);
        return text.Contains('/', StringComparison.Ordinal) || Directory.Exists(full) ? request with { Environment = full } : request;
    }
}
