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
internal sealed class RunCommand
{
    public const string Name = "run";

    private readonly Argument<string[]> _analyses = new("SUBJECT/NAME")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Analyses of the project; without any, all. A command goes after `--`",
    };
    private readonly Option<string?> _condaName = Text("--name", "-n", "ENV", "The name of a conda environment, for a command");
    private readonly Option<string?> _environment = Text("--env", null, "PREFIX", "A prefix or a python executable, for a command");
    private readonly Option<string?> _label = Text("--as", null, "SUBJECT/NAME", "Keep a command under this name; default: adhoc/PROGRAM");
    private readonly Option<string[]> _inputs = new("--input") { Description = "A path or glob that a command reads; may be repeated", HelpName = "GLOB" };
    private readonly Option<string[]> _outputs = new("--output", "-o") { Description = "A path or glob that a command writes; may be repeated", HelpName = "GLOB" };
    private readonly Option<string?> _project = Text("--project", null, "DIR", "The project's folder; default: the folder with firn.yaml, here or above");

    // Texts, read by hand: an option of a number would be compiled anew in every process.
    private readonly Option<string?> _threads = Text("--threads", null, "N", "How many threads numeric libraries may use");
    private readonly Option<string?> _jobs = Text("--jobs", "-j", "N", "How many analyses may run at once; default: 1");
    private readonly Option<bool> _force = new("--force") { Description = "Run analyses too that have not changed" };
    private readonly Option<bool> _frozen = new("--frozen") { Description = "Fail where the environment has changed since the build" };
    private readonly Option<string> _observe = new("--observe") { Description = "How Python is observed: report, or trace, which follows every process", HelpName = "HOW", DefaultValueFactory = _ => "report" };
    private readonly Option<bool> _noObserve = new("--no-observe") { Description = "Do not look at what is imported and loaded" };
    private readonly Option<bool> _noArchive = new("--no-archive") { Description = "Do not keep the environment's bytes" };
    private readonly Option<bool> _withInterpreter = new("--with-interpreter") { Description = "Keep the operating system's Python too" };
    private readonly Option<string?> _store = Text("--store", null, "DIR", "The store's folder. Default: FIRN_STORE, else the project's, else the user's own");

    private readonly InImageArguments _inImage = new();

    private RunCommand()
    {
        _threads.RequireAtLeastOne();
        _jobs.RequireAtLeastOne();
        _observe.AcceptOnlyFromAmong("report", "trace");
    }

    public static Command Create(CommandContext context)
    {
        var options = new RunCommand();
        var command = options.Command();
        options._inImage.AddTo(command);
        command.SetAction(parsed => options.RunInImage(parsed, context) is { } code ? code : context.Tail is { } tail
            ? new ProgramRunner(context).Run(options.Program(parsed, tail), options.Analyses(parsed))
            : new ProjectRunner(context).Run(options.Analyses(parsed), options.Program(parsed, [])));
        return command;
    }

    private ExampleCommand Command() => new(
        Name,
        "Run a command, or the analyses of a project, and keep outputs, log, code and environment as one run in the "
        + "store. Ends with the command's exit code; 125 where firn itself failed.",
        "firn run -- python train.py")
    {
        _analyses, _environment, _condaName, _label, _inputs, _outputs, _project, _threads, _jobs, _force, _frozen, _observe,
        _noObserve, _noArchive,
        _withInterpreter, _store,
    };

    private int? RunInImage(ParseResult parsed, CommandContext context) => _inImage.Run(
        parsed, context, context.Tail is null ? parsed.GetValue(_analyses) ?? [] : null, parsed.GetValue(_project), parsed.GetValue(_store));

    private RunProgramRequest Program(ParseResult parsed, IReadOnlyList<string> command) => new()
    {
        Command = command,
        Label = parsed.GetValue(_label),
        Environment = parsed.GetValue(_environment) is null && parsed.GetValue(_condaName) is null
            ? null
            : new InspectionRequest { Environment = parsed.GetValue(_environment), CondaName = parsed.GetValue(_condaName) },
        Inputs = parsed.GetValue(_inputs) is { Length: > 0 } given ? given : null,
        Outputs = parsed.GetValue(_outputs) ?? [],
        Options = Options(parsed),
        InheritsInput = true,
    };

    private RunAnalysesRequest Analyses(ParseResult parsed) => new()
    {
        Analyses = parsed.GetValue(_analyses) ?? [],
        Options = Options(parsed),
        Jobs = Number(parsed.GetValue(_jobs)) ?? 1,
        IsForced = parsed.GetValue(_force),
        IsFrozen = parsed.GetValue(_frozen),
    };

    private RunOptions Options(ParseResult parsed) => new()
    {
        Project = parsed.GetValue(_project),
        Store = parsed.GetValue(_store),
        Threads = Number(parsed.GetValue(_threads)),
        Observes = parsed.GetValue(_noObserve) ? ObservationMode.Off
            : parsed.GetValue(_observe) == "trace" ? ObservationMode.Trace
            : ObservationMode.Report,
        IsArchived = !parsed.GetValue(_noArchive),
        WithInterpreter = parsed.GetValue(_withInterpreter),
        FirnCommand = SelfCommand.Command(),
    };

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static Option<string?> Text(string name, string? alias, string help, string description)
    {
        var option = alias is null ? new Option<string?>(name) : new Option<string?>(name, alias);
        option.Description = description;
        option.HelpName = help;
        option.RefuseEmpty();
        return option;
    }
}

/// <summary>Numbers that are texts.</summary>
internal static class NumberOptions
{
    public static void RequireAtLeastOne(this Option option) => option.Validators.Add(result =>
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
            request with { Options = request.Options with { Signals = signals } },
            ProcessStreams.Create(),
            new ConsoleObserver(context.Console) { TellsMuchAlone = true });
        new RunReport(context.Console, result.Store, ProcessStreams.StoreOption(request.Options)).WriteAdHoc(result);
        return result.StoreFailure is not null ? ExitCodes.NotRun : result.ExitCode;
    }

    private static void Check(RunProgramRequest request, RunAnalysesRequest analyses)
    {
        if (request.Command.Count == 0)
        {
            throw new FirnException("there is no command after `--`", "say what to run: `firn run -- python train.py`");
        }

        if (analyses.Analyses.Count > 0)
        {
            throw new FirnException(
                $"'{analyses.Analyses[0]}' and a command after `--` cannot be combined",
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

/// <summary>Command line that re-invokes firn.</summary>
internal static class SelfCommand
{
    /// <summary>The program and the arguments before its own: <c>firn</c>, or <c>dotnet firn.dll</c>.</summary>
    public static IReadOnlyList<string> Command()
    {
        var program = Environment.ProcessPath ?? "firn";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }
}
