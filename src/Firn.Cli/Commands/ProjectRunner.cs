using Firn.Archives.Bundling;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Comparing;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Running;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>Runs the analyses of a project for <c>firn run</c>.</summary>
internal sealed class ProjectRunner(CommandContext context)
{
    private readonly DescriptorWriter _output = new(1);
    private readonly DescriptorWriter _error = new(2);

    public int Run(RunArguments arguments)
    {
        RunServices.CheckSystem();
        Check(arguments);
        var project = ProjectReader.Read(ProjectLocator.Require(arguments.Project, context.SystemContext));
        var order = AnalysisOrder.Of(project, arguments.Analyses);
        var settings = new RunSettings
        {
            SystemContext = context.SystemContext,
            Store = ProjectStore.Locate(arguments.Store, project, context.SystemContext),
            IsArchived = arguments.IsArchived && project.IsArchived,
            WithInterpreter = arguments.WithInterpreter || project.ArchivesInterpreter,
            Threads = arguments.Threads,
            Observes = arguments.Observes,
            OwnCommand = SelfCommand.Command(),
            IsFrozen = arguments.IsFrozen,
            IsForced = arguments.IsForced,
        };
        using var tools = new RunServices(settings, RunServices.CacheOf(project));
        var store = tools.OpenStore();
        var secrets = new SecretsDigest(mayMake: true);
        var runner = new ProjectAnalysisRunner(
            settings, tools.Preparer, new RunComparer(tools.Digests, secrets), secrets, tools.Runner, store, TimeProvider.System);
        var environments = context.Resolver(settings.Store, arguments.IsFrozen ? LockedUse.OnlyCurrent : LockedUse.Make);
        var isOne = order.Count == 1;
        TemporaryRunFolder.SweepBeside();
        var results = new AnalysisScheduler(order, analysis =>
        {
            var named = arguments.Analyses.Count == 0 || arguments.Analyses.Contains(analysis.Reference);
            return Run(runner, environments, tools, project, analysis with { Threads = arguments.Threads ?? analysis.Threads }, isOne, named,
                showsProgress: arguments.Jobs == 1);
        }).RunAll(arguments.Jobs);
        tools.Digests.Save();
        new ProjectReport(context.Console, settings.Store, arguments.Project, arguments.StoreOption).Write(results);
        return ExitCodeOf(results, tools.Signals.Received);
    }

    private AnalysisResult Run(
        ProjectAnalysisRunner runner,
        ProjectEnvironmentResolver environments,
        RunServices tools,
        Project project,
        AnalysisDefinition analysis,
        bool isOne,
        bool isNamed,
        bool showsProgress)
    {
        var prefix = $"{TerminalText.Clean(analysis.Reference)} | ";
        var output = new LinePrefixer(prefix, _output.Write);
        var error = new LinePrefixer(prefix, _error.Write);
        AnalysisResult result;
        try
        {
            var task = new RunTask
            {
                Project = project,
                Analysis = analysis,
                Environment = environments.Request(analysis.Environment, project),
                Folder = project.Folder,
                RunFolder = RunDirectory.Of(project, analysis),
                Output = isOne ? _output.Write : output.Write,
                Error = isOne ? _error.Write : error.Write,
                HasOneOutput = DescriptorWriter.AreOne(1, 2),
            };
            result = runner.Run(
                task, isNamed, line => Say(analysis, line), progress => SayArchiving(analysis, progress, showsProgress), tools.Signals.Token);
        }
        catch (FirnException exception)
        {
            result = new AnalysisResult { Reference = analysis.Reference, Kind = AnalysisResultKind.Refused, Failure = exception };
        }

        output.Finish();
        error.Finish();
        return result;
    }

    /// <summary>Where several analyses run at once, the others print meanwhile, and a line that is drawn over would be in between.</summary>
    private ArchiveProgressLine? SayArchiving(AnalysisDefinition analysis, ArchiveProgress progress, bool showsProgress)
    {
        if (progress.Size <= RunReport.ManyBytes)
        {
            return null;
        }

        Say(analysis, RunReport.Archiving(progress.Size));
        return showsProgress ? ArchiveProgressLine.Of(context.Console, progress) : null;
    }

    private void Say(AnalysisDefinition analysis, string line) =>
        _error.Write(System.Text.Encoding.UTF8.GetBytes($"firn: {TerminalText.Clean($"{analysis.Reference}: {line}")}\n"));

    /// <summary>
    /// Firn's own failure where there was one, else the exit code of the first command that failed, in the order of the
    /// table.
    /// </summary>
    private static int ExitCodeOf(IReadOnlyList<AnalysisResult> results, int signal)
    {
        var code = ExitCodes.Done;
        foreach (var result in results)
        {
            if (result.Failure is { } failure)
            {
                return failure.Kind is FailureKind.ProgramNotFound or FailureKind.ProgramNotExecutable ? ExitCodes.Of(failure.Kind) : ExitCodes.NotRun;
            }

            if (result.Outcome is { StoreFailure: not null })
            {
                return ExitCodes.NotRun;
            }

            if (code == ExitCodes.Done && result.Outcome is { } outcome)
            {
                code = outcome.ExitCode;
            }

            if (code == ExitCodes.Done && result.Kind == AnalysisResultKind.Cancelled)
            {
                code = 128 + signal;
            }
        }

        return code;
    }

    private static void Check(RunArguments arguments)
    {
        foreach (var name in arguments.Analyses)
        {
            if (name.StartsWith('-'))
            {
                throw new FirnException($"there is no option '{name}'", "`firn run --help` shows them; a command goes behind `--`");
            }

            if (!name.Contains('/', StringComparison.Ordinal) || name.StartsWith('/') || name.StartsWith('.'))
            {
                throw new FirnException(
                    $"'{name}' is no analysis",
                    $"a command goes behind `--`: firn run -- {string.Join(' ', arguments.Analyses)}; an analysis is SUBJECT/NAME");
            }
        }

        if (arguments.As is not null || arguments.Environment is not null || arguments.Inputs is not null || arguments.Outputs.Count > 0)
        {
            throw new FirnException(
                "--as, --env, --name, --input and --output are for a command behind `--`",
                "analyses have them in firn.yaml; a command is run by `firn run --as SUBJECT/NAME -- python train.py`");
        }
    }
}
