using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results list</c>: the analyses of a store, or the runs of one.</summary>
internal static class ResultsListCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new Argument<string?>("SUBJECT[/NAME]")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Whose analyses, or the analysis whose runs; without it all analyses",
        };
        selection.RefuseOptions();
        var json = new Option<bool>("--json") { Description = "Print the runs with their files as a document" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand(
            "list", "List the analyses that have results, or the runs of one.", "firn results list GW150914/Prod0 --json")
        {
            selection, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, store.Selection(parsed), parsed.GetValue(selection), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string? selection, bool asJson)
    {
        var found = new StoredResults(context.SystemContext, store).List(selection);
        var output = context.Console.Output;
        if (asJson)
        {
            context.Console.WriteDocument(found.WriteJson);
        }
        else if (selection is not null && selection.Contains('/', StringComparison.Ordinal))
        {
            new RunTable(output).WriteRuns(found.Analyses[0]);
        }
        else
        {
            new RunTable(output).WriteAnalyses(found.Analyses);
            if (found.Analyses.IsEmpty && HasOthers(context, store))
            {
                context.Console.Error.WriteLine($"no results of this project; --all-projects lists those of others in {found.Store}");
            }
        }

        return ExitCodes.Done;
    }

    private static bool HasOthers(CommandContext context, StoreSelection store) =>
        !new StoredResults(context.SystemContext, store with { IsOfAllProjects = true }).List().Analyses.IsEmpty;
}
