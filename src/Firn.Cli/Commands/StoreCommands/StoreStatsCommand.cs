using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Contents;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store stats</c>: how much a store keeps, and how much it spares.</summary>
internal static class StoreStatsCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print the numbers as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "stats",
            "Say how much a store keeps on the disk and uncompressed, how much environments share, and what is largest.",
            "firn store stats")
        {
            json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, bool asJson)
    {
        var statistics = new StoreMaintenance(context.SystemContext, store).ReadStatistics();
        if (asJson)
        {
            context.Console.WriteDocument(statistics.WriteJson);
        }
        else
        {
            WriteText(context.Console.Output, statistics);
        }

        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, StoreStatistics statistics)
    {
        Line("On disk", SizeText.Of(statistics.BytesOnDisk));
        Line("Results", $"{CountText.Of(statistics.Runs, "run")} of {(statistics.Analyses == 1 ? "1 analysis" : $"{statistics.Analyses:N0} analyses")}");
        Line("Files", $"{statistics.Objects:N0}, {SizeText.Of(statistics.ObjectBytes)}");
        Line("Environments", $"{statistics.Environments:N0}");
        Line(
            "Bundles",
            $"{statistics.Bundles:N0} and {statistics.BytecodeBundles:N0} of bytecode, {SizeText.Of(statistics.BundleBytesOnDisk)} "
            + $"on disk, {SizeText.Of(statistics.BundleBytes)} uncompressed");
        Line("Shared", $"{SizeText.Of(statistics.SharedBytes)} of {SizeText.Of(statistics.EnvironmentBytes)} that separate copies would take");
        if (statistics.QuarantinedFiles > 0)
        {
            Line("Quarantine", CountText.Of(statistics.QuarantinedFiles, "file"));
        }

        if (statistics.Largest.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Largest");
        foreach (var item in statistics.Largest)
        {
            FittedText.WriteRow(output, $"  {SizeText.Of(item.Bytes),10}", item.NeededBy ?? "(nothing needs it)", item.Path);
        }

        void Line(string name, string value) => output.WriteLine($"{name,-14}{value}");
    }
}
