using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Checks;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store check</c>: finds damage.</summary>
internal static class StoreCheckCommand
{
    public static Command Create(CommandContext context)
    {
        var readData = new Option<bool>("--read-data") { Description = "Read and digest every byte, not names, sizes and records alone" };
        var json = new Option<bool>("--json") { Description = "Print the findings as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "check",
            "Check a store and change nothing: names, modes, record chains and everything that records need; with "
            + "--read-data every byte. Each finding says what it means and which command mends it. Exit code 3 where "
            + "there is damage, 0 where there are warnings alone.",
            "firn store check --read-data")
        {
            readData, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, store.Selection(parsed), parsed.GetValue(readData), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, bool readData, bool asJson)
    {
        var report = new StoreMaintenance(context.SystemContext, store).Check(readData, new ConsoleObserver(context.Console));
        if (asJson)
        {
            context.Console.WriteDocument(report.WriteJson);
        }
        else
        {
            WriteText(context.Console.Output, report);
        }

        return report.HasDamage ? ExitCodes.Different : ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, CheckReport report)
    {
        foreach (var finding in report.Findings)
        {
            FindingWriter.Write(output, finding, report.Store);
        }

        if (report.Findings.Length > 0)
        {
            output.WriteLine();
        }

        var what = $"{CountText.Of(report.Records, "record")}, {CountText.Of(report.Objects, "file")}, {CountText.Of(report.Bundles, "bundle")}";
        var how = report.ReadData ? $"every byte read ({SizeText.Of(report.BytesRead)})" : "data not read: --read-data does";
        output.WriteLine($"Checked {what}; {how}");
        var damage = report.Count(FindingLevel.Damage);
        var warnings = report.Count(FindingLevel.Warning);
        output.WriteLine(warnings == 0 && damage == 0 ? "No damage" : $"{(damage == 0 ? "No damage" : CountText.Of(damage, "finding") + " of damage")}, {CountText.Of(warnings, "warning")}");
        if (report.QuarantinedFiles > 0)
        {
            output.WriteLine($"{CountText.Of(report.QuarantinedFiles, "file")} in quarantine/, put there by an earlier repair");
        }
    }
}
