using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store init</c>: makes a store.</summary>
internal static class StoreInitCommand
{
    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string?>("DIR")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The store's folder; the same as --store DIR",
        };
        folder.RefuseOptions();
        var name = new Option<string?>("--name") { Description = "The store's name; else the folder's", HelpName = "NAME" };
        name.RefuseEmpty();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "init",
            "Make a store. Commands that write make one too; this gives it a name, and a place before anything is kept.",
            "firn store init /data/firn --name lab")
        {
            folder, name,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            parsed.GetValue(folder) is { Length: > 0 } named
                ? new StoreSelection { Store = named }
                : store.Selection(parsed),
            parsed.GetValue(name)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string? name)
    {
        var made = new StoreMaintenance(context.SystemContext, store).Init(name);
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"{(made.WasThere ? "There is a store already" : "Made a store")} at {made.Path}: '{made.Name}', {made.Id}"));
        return ExitCodes.Done;
    }
}
