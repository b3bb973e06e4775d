using System.CommandLine;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store</c>: the folder that keeps results and archives.</summary>
internal static class StoreCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "store",
            "Make and look after a store: the folder that keeps results and archived environments for good.",
            "firn store init /data/firn --name lab");
        command.Add(StoreInitCommand.Create(context));
        command.Add(StoreCheckCommand.Create(context));
        command.Add(StoreRepairCommand.Create(context));
        command.Add(StoreGcCommand.Create(context));
        command.Add(StoreStatsCommand.Create(context));
        command.Add(StoreForgetCommand.Create(context));
        command.Add(StoreExportCommand.Create(context));
        command.Add(StoreImportCommand.Create(context));
        return command;
    }
}
