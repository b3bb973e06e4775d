using System.CommandLine;
using System.Text;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

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
            context, store.Open(parsed, context), parsed.GetValue(selection), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, Store store, string? selection, bool asJson)
    {
        var isOne = selection is not null && selection.Contains('/', StringComparison.Ordinal);
        var analyses = Select(store, selection, isOne);
        var output = context.Console.Output;
        if (asJson)
        {
            output.Write(Encoding.UTF8.GetString(ResultsDocument.Write(analyses)));
        }
        else if (isOne)
        {
            new RunTable(output).WriteRuns(analyses[0]);
        }
        else
        {
            new RunTable(output).WriteAnalyses(analyses);
            if (analyses.Count == 0 && new StoreListing(store).Analyses(null, isOfProject: false).Count > 0)
            {
                context.Console.Error.WriteLine($"no results of this project; --all-projects lists those of others in {store.Path}");
            }
        }

        return ExitCodes.Done;
    }

    private static IReadOnlyList<AnalysisRuns> Select(Store store, string? selection, bool isOne)
    {
        if (!isOne)
        {
            var analyses = new StoreListing(store).Analyses(selection, isOfProject: true);
            return selection is null || analyses.Count > 0 ? analyses : throw Nothing(store, selection);
        }

        var reference = AnalysisReference.ParseAnalysis(selection!);
        var runs = store.Runs(reference.Subject, reference.Name);
        return runs.NewestFirst().Any() ? [runs] : throw Nothing(store, selection!);
    }

    private static FirnException Nothing(Store store, string selection) => new(
        $"the store {store.Path} has no results of {selection}", "`firn results list` lists the analyses, --all-projects those of other projects too, --store DIR names another store");
}
