using System.CommandLine;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>
/// <c>firn trace-run FOLDER -- COMMAND...</c>: the process that <c>firn run --observe=trace</c> puts before a command. It
/// ends as the command does, by the same signal where one ended it.
/// </summary>
internal static class TraceCommand
{
    public const string Name = TraceProgram.CommandName;

    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("FOLDER");
        var rest = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.OneOrMore };
        var command = new Command(Name, "Runs a command and writes down what it executes.") { folder, rest };
        command.Hidden = true;
        command.SetAction(parsed => new TraceProgram(context.SystemContext)
            .Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(rest)));
        return command;
    }
}
