using System.CommandLine;
using System.Text;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

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
            context, store.Open(parsed, context), AnalysisReference.Parse(parsed.GetRequiredValue(run)), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, Store store, AnalysisReference reference, bool asJson)
    {
        var found = Find(store.Runs(reference.Subject, reference.Name), reference.Number);
        if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(RunRecordJson.Write(found.Record)));
        }
        else
        {
            new RunTable(context.Console.Output).WriteRun(found);
        }

        return ExitCodes.Done;
    }

    private static StoredRun Find(AnalysisRuns runs, int? number)
    {
        if (number is { } wanted)
        {
            return runs.Find(wanted) ?? throw new FirnException(
                $"{runs.Reference} has no run {wanted}", $"`firn results list {runs.Reference}` lists them");
        }

        foreach (var run in runs.NewestFirst())
        {
            if (run.Counts)
            {
                return run;
            }
        }

        throw new FirnException($"the store has no results of {runs.Reference}", "`firn results list` lists the analyses");
    }
}
