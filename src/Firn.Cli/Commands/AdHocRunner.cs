using Firn.Analyses.Building;
using Firn.Analyses.Launching;
using Firn.Analyses.Projects;
using Firn.Analyses.Running;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary>Runs <c>firn run -- COMMAND</c>: in the current folder, with the project's settings where there is one.</summary>
internal sealed class AdHocRunner(CommandContext context)
{
    private const string DefaultSubject = "adhoc";

    public int Run(IReadOnlyList<string> command, RunArguments arguments)
    {
        RunTools.CheckSystem();
        Check(command, arguments);
        var folder = ProjectLocator.Find(arguments.Project, context.Surroundings);
        var project = folder is not null
            ? ProjectReader.ReadSettings(folder)
            : new Project { Folder = context.Surroundings.CurrentDirectory, Name = DefaultSubject };
        var settings = new RunSettings
        {
            Surroundings = context.Surroundings,
            Store = ProjectStore.Locate(arguments.Store, folder is null ? null : project, context.Surroundings),
            IsArchived = arguments.IsArchived && project.IsArchived,
            WithInterpreter = arguments.WithInterpreter || project.ArchivesInterpreter,
            Threads = arguments.Threads,
            Observes = arguments.Observes,
            OwnCommand = OwnProgram.Command(),
        };
        using var tools = new RunTools(settings, folder is null ? null : RunTools.CacheOf(project));
        var store = tools.OpenStore();
        using var runFolder = TemporaryRunFolder.Make();
        TemporaryRunFolder.SweepBeside();
        var request = arguments.Environment
            ?? new EnvironmentOf(context, settings.Store).Request(project.Environment, project);
        var run = tools.Preparer.Prepare(
            Task(command, arguments, project, folder is not null, request, new AnalysisFolder(runFolder.Path)),
            tools.Signals.Token);
        var outcome = tools.Runner.Run(run, store, progress => ArchiveProgressLine.OfMany(context.Console, progress));
        runFolder.IsKept = outcome.StoreFailure is not null;
        new RunReport(context.Console, settings.Store, arguments.StoreOption).WriteAdHoc(outcome, runFolder.Path);
        return outcome.StoreFailure is not null ? ExitCodes.NotRun : outcome.ExitCode;
    }

    private RunTask Task(
        IReadOnlyList<string> command,
        RunArguments arguments,
        Project project,
        bool hasProject,
        Captures.InspectionRequest environment,
        AnalysisFolder runFolder)
    {
        var reference = arguments.As is { } label
            ? AnalysisReference.ParseAnalysis(label)
            : new AnalysisReference(DefaultSubject, Path.GetFileName(command[0]) is { Length: > 0 } name ? name : "run", null);
        var hasOneOutput = DescriptorSink.AreOne(1, 2);
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
                Inputs = arguments.Inputs is null ? default : [.. arguments.Inputs.Select(Absolute)],
                Outputs = [.. arguments.Outputs.Select(Absolute)],
                PythonPath = project.PythonPath,
                Variables = project.Variables,
                Threads = arguments.Threads ?? project.Threads,
            },
            Environment = Full(environment),
            Folder = context.Surroundings.CurrentDirectory,
            RunFolder = runFolder,
            IsAdHoc = true,
            InheritsInput = true,
            Output = new DescriptorSink(1).Write,
            Error = new DescriptorSink(2).Write,
            HasOneOutput = hasOneOutput,
        };

        // Globs of a command line are relative to the current folder, those of a run to the project's.
        string Absolute(string glob) => folderIsProject()
            ? glob
            : FileFinder.NameOf(Path.GetFullPath(glob, context.Surroundings.CurrentDirectory), project.Folder);

        bool folderIsProject() => project.Folder == context.Surroundings.CurrentDirectory;
    }

    private Captures.InspectionRequest Full(Captures.InspectionRequest request) =>
        request.Environment is { } text && text.Contains('/', StringComparison.Ordinal)
            ? request with { Environment = Path.GetFullPath(text, context.Surroundings.CurrentDirectory) }
            : request.Environment is { } name && Directory.Exists(Path.GetFullPath(name, context.Surroundings.CurrentDirectory))
                ? request with { Environment = Path.GetFullPath(name, context.Surroundings.CurrentDirectory) }
                : request;

    private static void Check(IReadOnlyList<string> command, RunArguments arguments)
    {
        if (command.Count == 0)
        {
            throw new FirnException("there is no command behind `--`", "say what to run: `firn run -- python train.py`");
        }

        if (arguments.Analyses.Count > 0)
        {
            throw new FirnException(
                $"'{arguments.Analyses[0]}' stands before `--`, and a command behind it",
                "a command's name is given with --as SUBJECT/NAME");
        }

        if (arguments.IsForced || arguments.IsFrozen || arguments.Jobs > 1)
        {
            throw new FirnException("--force, --frozen and --jobs are for the analyses of a project", "leave them out for a command");
        }
    }
}
