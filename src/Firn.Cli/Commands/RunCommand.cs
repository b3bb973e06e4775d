using System.CommandLine;
using System.Globalization;
using Firn.Captures;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Preparing;
using Firn.Storage.Records;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn run</c>: runs a command, or the analyses of a project, and keeps what came of it.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create(CommandContext context)
    {
        var analyses = new Argument<string[]>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Analyses of the project; without any, all. A command goes behind `--`",
        };
        var condaName = Text("--name", "-n", "ENV", "The name of a conda environment, for a command");
        var environment = Text("--env", null, "PREFIX", "A prefix or a python executable, for a command");
        var label = Text("--as", null, "SUBJECT/NAME", "Keep a command under this name; default: adhoc/PROGRAM");
        var inputs = new Option<string[]>("--input") { Description = "A path or glob that a command reads; may be repeated", HelpName = "GLOB" };
        var outputs = new Option<string[]>("--output", "-o") { Description = "A path or glob that a command writes; may be repeated", HelpName = "GLOB" };
        var project = Text("--project", null, "DIR", "The project's folder; default: the folder with firn.yaml, here or above");
        // Texts, read by hand: an option of a number would be compiled anew in every process.
        var threads = Text("--threads", null, "N", "How many threads numeric libraries may use");
        threads.RequireAtLeastOne();
        var jobs = Text("--jobs", "-j", "N", "How many analyses may run at once; default: 1");
        jobs.RequireAtLeastOne();
        var force = new Option<bool>("--force") { Description = "Run analyses too that have not changed" };
        var frozen = new Option<bool>("--frozen") { Description = "Fail where the environment has changed since the build" };
        var observe = new Option<string>("--observe") { Description = "How Python is observed: report, or trace, which follows every process", HelpName = "HOW", DefaultValueFactory = _ => "report" };
        observe.AcceptOnlyFromAmong("report", "trace");
        var noObserve = new Option<bool>("--no-observe") { Description = "Do not look at what is imported and loaded" };
        var noArchive = new Option<bool>("--no-archive") { Description = "Do not keep the environment's bytes" };
        var withInterpreter = new Option<bool>("--with-interpreter") { Description = "Keep the operating system's Python too" };
        var store = Text("--store", null, "DIR", "The store's folder. Default: FIRN_STORE, else the project's, else the user's own");
        var command = new ExampleCommand(
            Name,
            "Run a command, or the analyses of a project, and keep outputs, log, code and environment as one run in the "
            + "store. Ends with the command's exit code; 125 where firn itself failed.",
            "firn run -- python train.py")
        {
            analyses, environment, condaName, label, inputs, outputs, project, threads, jobs, force, frozen, observe,
            noObserve, noArchive,
            withInterpreter, store,
        };
        command.SetAction(parsed =>
        {
            var arguments = new RunArguments
            {
                Analyses = parsed.GetValue(analyses) ?? [],
                Environment = parsed.GetValue(environment) is null && parsed.GetValue(condaName) is null
                    ? null
                    : new InspectionRequest { Environment = parsed.GetValue(environment), CondaName = parsed.GetValue(condaName) },
                As = parsed.GetValue(label),
                Inputs = parsed.GetValue(inputs) is { Length: > 0 } given ? given : null,
                Outputs = parsed.GetValue(outputs) ?? [],
                Project = parsed.GetValue(project),
                Store = parsed.GetValue(store),
                Threads = Number(parsed.GetValue(threads)),
                Jobs = Number(parsed.GetValue(jobs)) ?? 1,
                IsForced = parsed.GetValue(force),
                IsFrozen = parsed.GetValue(frozen),
                Observes = parsed.GetValue(noObserve) ? ObservationMode.Off
                    : parsed.GetValue(observe) == "trace" ? ObservationMode.Trace
                    : ObservationMode.Report,
                IsArchived = !parsed.GetValue(noArchive),
                WithInterpreter = parsed.GetValue(withInterpreter),
            };
            return context.Tail is { } tail
                ? new AdHocRunner(context).Run(tail, arguments)
                : new ProjectRunner(context).Run(arguments);
        });
        return command;
    }

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static Option<string?> Text(string name, string? alias, string help, string description)
    {
        var option = alias is null ? new Option<string?>(name) : new Option<string?>(name, alias);
        option.Description = description;
        option.HelpName = help;
        option.RefuseEmpty();
        return option;
    }

    private static void RequireAtLeastOne(this Option option) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            {
                result.AddError($"{option.Name} is a number from 1 on, not '{token.Value}'");
            }
        }
    });
}

/// <summary>The arguments of <c>firn run</c>.</summary>
internal sealed record RunArguments
{
    /// <summary>The analyses that were named; none for all.</summary>
    public required IReadOnlyList<string> Analyses { get; init; }

    /// <summary>The environment that was named; <see langword="null"/> for the project's or the active one.</summary>
    public InspectionRequest? Environment { get; init; }

    /// <summary>Under which name a command is kept.</summary>
    public string? As { get; init; }

    /// <summary>Globs of a command's inputs; <see langword="null"/> where none were given.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    public IReadOnlyList<string> Outputs { get; init; } = [];

    public string? Project { get; init; }

    public string? Store { get; init; }

    /// <summary>What names that store on a command line: empty, or with a space before it.</summary>
    public string StoreOption => Store is null ? string.Empty : $" --store {Store}";

    public int? Threads { get; init; }

    public int Jobs { get; init; } = 1;

    public bool IsForced { get; init; }

    public bool IsFrozen { get; init; }

    public ObservationMode Observes { get; init; } = ObservationMode.Report;

    public bool IsArchived { get; init; } = true;

    public bool WithInterpreter { get; init; }
}

/// <summary>Runs <c>firn run -- COMMAND</c>: in the current folder, with the project's settings where there is one.</summary>
internal sealed class AdHocRunner(CommandContext context)
{
    private const string DefaultSubject = "adhoc";

    public int Run(IReadOnlyList<string> command, RunArguments arguments)
    {
        RunServices.CheckSystem();
        Check(command, arguments);
        var folder = ProjectLocator.Find(arguments.Project, context.SystemContext);
        var project = folder is not null
            ? ProjectReader.ReadSettings(folder)
            : new Project { Folder = context.SystemContext.CurrentDirectory, Name = DefaultSubject };
        var settings = new RunSettings
        {
            SystemContext = context.SystemContext,
            Store = ProjectStore.Locate(arguments.Store, folder is null ? null : project, context.SystemContext),
            IsArchived = arguments.IsArchived && project.IsArchived,
            WithInterpreter = arguments.WithInterpreter || project.ArchivesInterpreter,
            Threads = arguments.Threads,
            Observes = arguments.Observes,
            OwnCommand = SelfCommand.Command(),
        };
        using var tools = new RunServices(settings, folder is null ? null : RunServices.CacheOf(project));
        var store = tools.OpenStore();
        using var runFolder = TemporaryRunFolder.Make();
        TemporaryRunFolder.SweepBeside();
        var request = arguments.Environment
            ?? context.Resolver(settings.Store).Request(project.Environment, project);
        var run = tools.Preparer.Prepare(
            Task(command, arguments, project, folder is not null, request, new RunDirectory(runFolder.Path)),
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
        Firn.Captures.InspectionRequest environment,
        RunDirectory runFolder)
    {
        var reference = arguments.As is { } label
            ? AnalysisReference.ParseAnalysis(label)
            : new AnalysisReference(DefaultSubject, Path.GetFileName(command[0]) is { Length: > 0 } name ? name : "run", null);
        var hasOneOutput = DescriptorWriter.AreOne(1, 2);
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
            Folder = context.SystemContext.CurrentDirectory,
            RunFolder = runFolder,
            IsAdHoc = true,
            InheritsInput = true,
            Output = new DescriptorWriter(1).Write,
            Error = new DescriptorWriter(2).Write,
            HasOneOutput = hasOneOutput,
        };

        // Globs of a command line are relative to the current folder, those of a run to the project's.
        string Absolute(string glob) => folderIsProject()
            ? glob
            : FileFinder.NameOf(Path.GetFullPath(glob, context.SystemContext.CurrentDirectory), project.Folder);

        bool folderIsProject() => project.Folder == context.SystemContext.CurrentDirectory;
    }

    private Firn.Captures.InspectionRequest Full(Firn.Captures.InspectionRequest request) =>
        request.Environment is { } text && text.Contains('/', StringComparison.Ordinal)
            ? request with { Environment = Path.GetFullPath(text, context.SystemContext.CurrentDirectory) }
            : request.Environment is { } name && Directory.Exists(Path.GetFullPath(name, context.SystemContext.CurrentDirectory))
                ? request with { Environment = Path.GetFullPath(name, context.SystemContext.CurrentDirectory) }
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
