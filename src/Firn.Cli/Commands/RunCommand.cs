using System.CommandLine;
using System.Globalization;
using Firn.Captures;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
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
            var options = new RunOptions
            {
                Project = parsed.GetValue(project),
                Store = parsed.GetValue(store),
                Threads = Number(parsed.GetValue(threads)),
                Observes = parsed.GetValue(noObserve) ? ObservationMode.Off
                    : parsed.GetValue(observe) == "trace" ? ObservationMode.Trace
                    : ObservationMode.Report,
                IsArchived = !parsed.GetValue(noArchive),
                WithInterpreter = parsed.GetValue(withInterpreter),
                FirnCommand = SelfCommand.Command(),
            };
            var program = new RunProgramRequest
            {
                Command = context.Tail ?? [],
                Label = parsed.GetValue(label),
                Environment = parsed.GetValue(environment) is null && parsed.GetValue(condaName) is null
                    ? null
                    : new InspectionRequest { Environment = parsed.GetValue(environment), CondaName = parsed.GetValue(condaName) },
                Inputs = parsed.GetValue(inputs) is { Length: > 0 } given ? given : null,
                Outputs = parsed.GetValue(outputs) ?? [],
                Options = options,
                InheritsInput = true,
            };
            var named = new RunAnalysesRequest
            {
                Analyses = parsed.GetValue(analyses) ?? [],
                Options = options,
                Jobs = Number(parsed.GetValue(jobs)) ?? 1,
                IsForced = parsed.GetValue(force),
                IsFrozen = parsed.GetValue(frozen),
            };
            return context.Tail is not null
                ? new ProgramRunner(context).Run(program, named)
                : new ProjectRunner(context).Run(named, program);
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

/// <summary>Runs <c>firn run -- COMMAND</c>.</summary>
internal sealed class ProgramRunner(CommandContext context)
{
    /// <param name="request">The command.</param>
    /// <param name="analyses">What is for analyses, and must not be given.</param>
    public int Run(RunProgramRequest request, RunAnalysesRequest analyses)
    {
        Check(request, analyses);
        using var signals = new SignalForwarder();
        var result = new RunProgram(context.SystemContext).Run(
            request with { Options = request.Options with { Signals = signals, Interruption = static () => new CancellationBySignal() } },
            ProcessStreams.Create(),
            new ConsoleObserver(context.Console) { TellsMuchAlone = true });
        new RunReport(context.Console, result.Store, ProcessStreams.StoreOption(request.Options)).WriteAdHoc(result.Outcome, result.KeptFolder);
        return result.StoreFailure is not null ? ExitCodes.NotRun : result.ExitCode;
    }

    private static void Check(RunProgramRequest request, RunAnalysesRequest analyses)
    {
        if (request.Command.Count == 0)
        {
            throw new FirnException("there is no command behind `--`", "say what to run: `firn run -- python train.py`");
        }

        if (analyses.Analyses.Count > 0)
        {
            throw new FirnException(
                $"'{analyses.Analyses[0]}' stands before `--`, and a command behind it",
                "a command's name is given with --as SUBJECT/NAME");
        }

        if (analyses.IsForced || analyses.IsFrozen || analyses.Jobs > 1)
        {
            throw new FirnException("--force, --frozen and --jobs are for the analyses of a project", "leave them out for a command");
        }
    }
}

/// <summary>The streams of this process as those of what it runs.</summary>
internal static class ProcessStreams
{
    public static RunStreams Create() => new(new DescriptorWriter(1).Write, new DescriptorWriter(2).Write)
    {
        AreOne = DescriptorWriter.AreOne(1, 2),
    };

    /// <summary>What names the store on a command line: empty, or with a space before it.</summary>
    public static string StoreOption(RunOptions options) => options.Store is null ? string.Empty : $" --store {options.Store}";
}
