using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store import</c>: takes over a store of asimov's.</summary>
internal static class StoreImportCommand
{
    public static Command Create(CommandContext context)
    {
        var asimov = new AsimovArguments();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "import",
            "Take over a store that asimov wrote, old layouts too: one run for each production, with its uuids. Files are "
            + "compared with their MD5. Exit code 4 where one is damaged, missing, or left out.",
            "firn store import --asimov results");
        asimov.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), asimov.Path(parsed, context)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string folder)
    {
        var report = new StoreMaintenance(context.SystemContext, store).ImportAsimov(folder);
        var unchanged = report.Unchanged > 0 ? $", {report.Unchanged:N0} were there already" : string.Empty;
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"Took over {CountText.Of(report.Files, "file")} in {CountText.Of(report.Runs, "run")} from {folder}{unchanged}"));
        return AsimovArguments.Finish(context, report);
    }
}
