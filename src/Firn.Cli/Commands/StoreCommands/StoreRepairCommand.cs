using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store repair</c>: mends what a check finds.</summary>
internal static class StoreRepairCommand
{
    public static Command Create(CommandContext context)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "repair",
            "Check every byte of a store and mend what can be mended: modes, indexes, single flipped bits, broken chains. "
            + "What cannot be is moved to quarantine/; nothing is deleted but old leftovers in tmp/. Exit code 3 where "
            + "damage is left that only you can mend.",
            "firn store repair --dry-run")
        {
            dryRun,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), parsed.GetValue(dryRun)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, bool isDryRun)
    {
        var report = new StoreMaintenance(context.SystemContext, store).Repair(isDryRun, new ConsoleObserver(context.Console));
        var output = context.Console.Output;
        foreach (var action in report.Actions)
        {
            FindingWriter.WriteHead(output, action.Finding);
            output.WriteLine(TerminalText.Clean($"  {action.Done ?? "nothing can be done here"}"));
            if (action.Hint is not null)
            {
                output.WriteLine(TerminalText.Clean($"  then: {action.Hint}"));
            }
        }

        if (report.Actions.Length == 0)
        {
            output.WriteLine("No damage");
        }
        else if (!isDryRun)
        {
            output.WriteLine();
            output.WriteLine(report.Remaining == 0
                ? "The store is whole"
                : $"{CountText.Of(report.Remaining, "finding")} of damage left: `firn store check` lists them");
        }

        return report.Remaining == 0 ? ExitCodes.Done : ExitCodes.Different;
    }
}
