using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results show</c>: one run and its files.</summary>
internal static class ResultsShowCommand
{
    public static Command Create(CommandContext context)
    {
        var run = ResultsCommand.RunArgument("SUBJECT/NAME[@N]", "The run; without @N the last one");
        var json = new Option<bool>("--json") { Description = "Print the run's record as it stands in the store" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand("show", "Show a run and its files.", "firn results show GW150914/Prod0@3")
        {
            run, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, store.Selection(parsed), parsed.GetRequiredValue(run), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string run, bool asJson)
    {
        var found = new StoredResults(context.SystemContext, store).Find(run);
        if (asJson)
        {
            context.Console.WriteDocument(found.WriteJson);
        }
        else
        {
            new RunTable(context.Console.Output).WriteRun(found);
        }

        return ExitCodes.Done;
    }
}
