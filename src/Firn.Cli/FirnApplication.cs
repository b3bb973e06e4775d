using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Firn.Cli.Commands;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Commands.ResultsCommands;
using Firn.Cli.Commands.StoreCommands;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Cli;

/// <summary>The command line: builds the commands, runs one, and turns expected failures into messages and exit codes.</summary>
internal sealed class FirnApplication(CommandConsole console, SystemContext systemContext)
{
    private int? _signal;

    /// <summary>What a command that was cancelled returns, as a shell reports the signal.</summary>
    private int CancelledCode => _signal is { } signal ? 128 + signal : ExitCodes.Cancelled;

    /// <summary>Runs one command line and returns the exit code of the process.</summary>
    public int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Invoke(arguments);
        }
        catch (FirnException failure)
        {
            var code = failure.Kind == FailureKind.Cancelled ? CancelledCode : OwnCode(arguments, ExitCodes.Of(failure.Kind));
            return Fail(OptionNames.Write(failure.Text), OptionNames.Write(failure.Hint), code);
        }
        catch (OperationCanceledException)
        {
            return Fail("cancelled", "what was not finished is not there; run the command again", CancelledCode);
        }
        catch (IOException failure) when (IsBrokenPipe(failure))
        {
            return ExitCodes.Failed;
        }
        catch (IOException failure)
        {
            // The library turns what fails elsewhere into a FirnException: this is standard output, on a full disk.
            return Fail($"cannot write the output: {failure.Message.TrimEnd('.')}", "make room where it goes", ExitCodes.Failed);
        }
        catch (Exception mistake)
        {
            // Nobody expected it. Left to the runtime it would abort the process, and what is half-written would stay.
            var code = Fail(
                $"internal error: {Credentials.RemoveFromText(mistake.Message)}", "please report it, with the lines below", OwnCode(arguments, ExitCodes.InternalError));
            foreach (var line in Credentials.RemoveFromText(mistake.ToString()).Split('\n'))
            {
                console.Error.WriteLine(line);
            }

            return code;
        }
    }

    /// <summary>
    /// The exit codes of <c>firn run</c> are the command's: its own failures have one that commands leave free, as those of
    /// env(1) and timeout(1) have, and a command that cannot be started has a shell's.
    /// </summary>
    private static int OwnCode(IReadOnlyList<string> arguments, int code) =>
        arguments.Count > 0 && arguments[0] == RunCommand.Name && code is not ((int)FailureKind.ProgramNotFound or (int)FailureKind.ProgramNotExecutable)
            ? ExitCodes.NotRun
            : code;

    private int Fail(string message, string hint, int exitCode)
    {
        console.Error.WriteLine($"error: {TerminalText.Clean(message)}");
        console.Error.WriteLine($"hint: {TerminalText.Clean(hint)}");
        return exitCode;
    }

    private int Invoke(IReadOnlyList<string> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Contains('\ufffd', StringComparison.Ordinal))
            {
                // The runtime has replaced the bytes already: the name can only lead to another file.
                return Fail(
                    $"the argument {argument} is not UTF-8", "give it another name, or a symbolic link", OwnCode(arguments, ExitCodes.Usage));
            }
        }

        var (own, tail) = CommandTail.Split(arguments);
        var root = CreateRoot(own.Count > 0 ? own[0] : null, tail);
        // What begins with @ is a name like any other, never a file of arguments.
        var parsed = root.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExample)
        {
            return Fail(
                ParseError(parsed),
                WithoutSeparator(parsed) ?? $"`{CommandPath(parsed.CommandResult)} --help` shows what it takes",
                OwnCode(arguments, ExitCodes.Usage));
        }

        var configuration = new InvocationConfiguration
        {
            Output = console.OwnText,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            // Captures end in milliseconds and are written atomically: the system's own handling of Ctrl-C is right.
            ProcessTerminationTimeout = null,
        };
        var exitCode = parsed.Invoke(configuration);
        console.Output.Flush();
        return exitCode;
    }

    private static string ParseError(ParseResult parsed)
    {
        // That a command is missing is said first, and helps nobody who misspelt one.
        var message = parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command is RootCommand
            ? $"there is no command or option '{parsed.UnmatchedTokens[0]}'"
            : parsed.Errors[0].Message;
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines[1..])}").TrimEnd('.');
    }

    /// <summary>What to write where a command to be run stands without <c>--</c> before it; <see langword="null"/> where none does.</summary>
    private static string? WithoutSeparator(ParseResult parsed) =>
        CommandPath(parsed.CommandResult) is ("firn image run" or "firn image dev") and var path
        && parsed.UnmatchedTokens is [{ Length: > 0 } first, ..] && first[0] != '-'
            ? $"a command goes after `--`: {path} -- {string.Join(' ', parsed.UnmatchedTokens)}"
            : null;

    /// <summary>
    /// Adds the command that the command line names, and only where it names none all of them: making the options of
    /// commands that are not run costs a tenth of a capture's time.
    /// </summary>
    private void AddCommands(RootCommand root, string? named, IReadOnlyList<string>? tail)
    {
        var context = new CommandContext(console, systemContext) { Tail = tail, Cancelled = signal => _signal = signal };
        Func<CommandContext, Command>[] all = named switch
        {
            "capture" => [CaptureCommand.Create],
            "export" => [ExportCommand.Create],
            "diff" => [DiffCommand.Create],
            "restore" => [RestoreCommand.Create],
            CreateCommand.Name => [CreateCommand.Create],
            LockCommand.Name => [LockCommand.Create],
            "verify" => [VerifyCommand.Create],
            "doctor" => [DoctorCommand.Create],
            "results" => [ResultsCommand.Create],
            "init" => [InitCommand.Create],
            "env" => [EnvCommand.Create],
            "store" => [StoreCommand.Create],
            ImageCommand.Name => [ImageCommand.Create],
            FreezeCommand.Name => [FreezeCommand.Create],
            RunCommand.Name => [RunCommand.Create],
            "build" => [BuildCommand.Create],
            "status" => [StatusCommand.Create],
            "rerun" => [RerunCommand.Create],
            ShowCommand.Name => [ShowCommand.Create],
            TraceCommand.Name => [TraceCommand.Create],
            _ =>
            [
                CaptureCommand.Create,
                ExportCommand.Create,
                DiffCommand.Create,
                CreateCommand.Create,
                LockCommand.Create,
                RestoreCommand.Create,
                VerifyCommand.Create,
                DoctorCommand.Create,
                ResultsCommand.Create,
                StoreCommand.Create,
                ImageCommand.Create,
                FreezeCommand.Create,
                BuildCommand.Create,
                RunCommand.Create,
                StatusCommand.Create,
                RerunCommand.Create,
                InitCommand.Create,
                EnvCommand.Create,
                ShowCommand.Create,
                CompletionCommand.Create,
            ],
        };
        foreach (var create in all)
        {
            root.Add(create(context));
        }
    }

    /// <summary>The root with all commands, or with the one that is named.</summary>
    internal RootCommand CreateRoot(string? named, IReadOnlyList<string>? tail)
    {
        var root = new RootCommand(
            "Firn keeps Python research environments: captures what is really installed, keeps it with the results, brings it "
            + "back anywhere, and proves it the same.");
        AddCommands(root, named, tail);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                option.Action = new HelpWithExample(help);
            }
        }

        return root;
    }

    private static string CommandPath(System.CommandLine.Parsing.SymbolResult result)
    {
        var names = new List<string>();
        for (var current = result; current is not null; current = current.Parent)
        {
            if (current is System.CommandLine.Parsing.CommandResult command)
            {
                names.Insert(0, command.Command is RootCommand ? "firn" : command.Command.Name);
            }
        }

        return string.Join(' ', names);
    }

    /// <summary>EPIPE on Unix, ERROR_BROKEN_PIPE and ERROR_NO_DATA on Windows.</summary>
    private static bool IsBrokenPipe(IOException failure) =>
        OperatingSystem.IsWindows()
            ? (failure.HResult & 0xffff) is 109 or 232
            : (failure.HResult & 0xffff) == DescriptorCalls.BrokenPipe;
}

/// <summary>Keeps the command of <c>firn run -- COMMAND</c> and of <c>firn image run -- COMMAND</c> away from the parser, which would take its options for firn's.</summary>
internal static class CommandTail
{
    private const string Separator = "--";

    /// <summary>The arguments that are firn's own, and those behind the first <c>--</c> of <c>firn run</c>.</summary>
    public static (IReadOnlyList<string> Own, IReadOnlyList<string>? Tail) Split(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !(arguments[0] == RunCommand.Name || (arguments[0] == ImageCommand.Name && arguments.Count > 1 && arguments[1] is "run" or "dev")))
        {
            return (arguments, null);
        }

        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] == Separator)
            {
                return ([.. arguments.Take(i)], [.. arguments.Skip(i + 1)]);
            }
        }

        return (arguments, null);
    }
}

/// <summary>The usual help, and below it the command's example.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    private const string RootExample = "firn capture .venv -o capture";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        var example = (parseResult.CommandResult.Command as ExampleCommand)?.Example ?? RootExample;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        output.WriteLine($"  {example}");
        return exitCode;
    }
}
