using System.CommandLine;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results</c>: the files that analyses left in a store.</summary>
internal static class ResultsCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "results",
            "Keep the results of analyses in a store, and get them back verified.",
            "firn results add GW150914/Prod0 posterior.hdf5 plots");
        command.Add(ResultsAddCommand.Create(context));
        command.Add(ResultsListCommand.Create(context));
        command.Add(ResultsShowCommand.Create(context));
        command.Add(ResultsFetchCommand.Create(context));
        command.Add(ResultsForgetCommand.Create(context));
        return command;
    }

    /// <summary>The argument that names an analysis or a run.</summary>
    public static Argument<string> RunArgument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.RefuseOptions();
        return argument;
    }
}
