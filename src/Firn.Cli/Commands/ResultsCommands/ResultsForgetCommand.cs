using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results forget</c>: takes a run out, so that gc frees its files.</summary>
internal static class ResultsForgetCommand
{
    public static Command Create(CommandContext context)
    {
        var run = ResultsCommand.RunArgument("SUBJECT/NAME@N", "The run");
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "forget",
            "Forget a run: a tombstone is added to the analysis's records, and `firn store gc` then frees the files that "
            + "nothing else needs. The run's record stays, with the names and digests of its files.",
            "firn results forget GW150914/Prod0@3")
        {
            run,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, store.Open(parsed, context), AnalysisReference.Parse(parsed.GetRequiredValue(run)), CancellationToken.None));
        return command;
    }

    private static int Run(CommandContext context, Store store, AnalysisReference reference, CancellationToken cancellation)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        if (reference.Number is not { } number)
        {
            throw new FirnException(
                $"which run of {runs.Reference} is not said", $"name it: {runs.Reference}@N", FailureKind.InvalidRequest);
        }

        var run = runs.Find(number) ?? throw new FirnException(
            $"{runs.Reference} has no run {number}", $"`firn results list {runs.Reference}` lists them");
        if (run.Record.IsTombstone)
        {
            throw new FirnException(
                $"{runs.Reference}@{number} is not a run: it forgets run {run.Record.Forgets}", $"`firn results list {runs.Reference}` lists the runs");
        }

        if (!run.IsForgotten)
        {
            runs.Append(RunRecord.Forgetting(run.Record, TimeProvider.System.GetUtcNow()), cancellation);
        }

        FittedText.WriteWords(
            context.Console.Output,
            $"{(run.IsForgotten ? "Forgotten already:" : "Forgot")} {runs.Reference}@{number}; {Effect(store, run.Record, cancellation)}",
            indent: 2);
        return ExitCodes.Done;
    }

    private static string Effect(Store store, RunRecord record, CancellationToken cancellation)
    {
        try
        {
            var freed = FreedFiles.Of(store, record, cancellation);
            var bundles = freed.Bundles == 0 ? string.Empty : $" and {CountText.Of(freed.Bundles, "bundle")}";
            return freed is { Count: 0, Bundles: 0 }
                ? "other runs have all its files"
                : $"`firn store gc` frees {CountText.Of(freed.Count, "file")}{bundles} ({SizeText.Of(freed.Bytes)}) that no other run has";
        }
        catch (FirnException exception)
        {
            // It is forgotten all the same; gc will say the same of the damage.
            return $"what `firn store gc` frees cannot be told: {OptionNames.Write(exception.Text)}";
        }
    }
}
