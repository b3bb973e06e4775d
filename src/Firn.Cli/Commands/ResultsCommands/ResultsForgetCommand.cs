using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

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
        command.SetAction(parsed => Run(context, store.Selection(parsed), parsed.GetRequiredValue(run)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string run)
    {
        var forgotten = new StoredResults(context.SystemContext, store).Forget(run);
        FittedText.WriteWords(
            context.Console.Output,
            $"{(forgotten.WasForgotten ? "Forgotten already:" : "Forgot")} {forgotten.Run}; {Effect(forgotten)}",
            indent: 2);
        return ExitCodes.Done;
    }

    private static string Effect(ForgottenResult forgotten)
    {
        if (forgotten.Freed is not { } freed)
        {
            return $"what `firn store gc` frees cannot be told: {OptionNames.Write(forgotten.Failure!.Text)}";
        }

        var bundles = freed.Bundles == 0 ? string.Empty : $" and {CountText.Of(freed.Bundles, "bundle")}";
        return freed is { Count: 0, Bundles: 0 }
            ? "other runs have all its files"
            : $"`firn store gc` frees {CountText.Of(freed.Count, "file")}{bundles} ({SizeText.Of(freed.Bytes)}) that no other run has";
    }
}
