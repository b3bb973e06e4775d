using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Asimov;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store export</c>: a store that asimov reads.</summary>
internal static class StoreExportCommand
{
    public static Command Create(CommandContext context)
    {
        var asimov = new AsimovArguments();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "export",
            "Write the results as a store that asimov's own code opens and fetches from: of each file the last successful "
            + "run's. An export that is there is brought up to date. Exit code 4 where something was left out.",
            "firn store export --asimov results");
        asimov.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), asimov.Path(parsed, context)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string folder)
    {
        var report = new StoreMaintenance(context.SystemContext, store).ExportAsimov(folder);
        var unchanged = report.Unchanged > 0 ? $", {report.Unchanged:N0} unchanged" : string.Empty;
        var removed = report.Removed > 0 ? $", {report.Removed:N0} removed" : string.Empty;
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"Wrote {CountText.Of(report.Files, "file")} to {folder}{unchanged}{removed}"));
        return AsimovArguments.Finish(context, report);
    }
}

/// <summary>What <c>store export</c> and <c>store import</c> have in common.</summary>
internal sealed class AsimovArguments
{
    private readonly Option<string> _folder = new("--asimov")
    {
        Description = "The folder of asimov's store, which holds .manifest",
        HelpName = "DIR",
        Required = true,
    };

    public AsimovArguments() => _folder.RefuseEmpty();

    public void AddTo(Command command) => command.Add(_folder);

    /// <summary>The folder, absolute.</summary>
    public string Path(ParseResult parsed, CommandContext context) => System.IO.Path.TrimEndingDirectorySeparator(
        System.IO.Path.GetFullPath(parsed.GetRequiredValue(_folder), context.SystemContext.CurrentDirectory));

    /// <summary>Writes notes and failures, and tells the exit code.</summary>
    public static int Finish(CommandContext context, AsimovReport report)
    {
        foreach (var note in report.Notes)
        {
            context.Console.Error.WriteLine($"note: {TerminalText.Clean(note)}");
        }

        foreach (var failure in report.Failures)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean(failure)}");
        }

        return report.Failures.Length == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }
}
