using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;

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
                ? StoreLocator.Locate(named, context.SystemContext)
                : store.Path(parsed, context),
            parsed.GetValue(name)));
        return command;
    }

    private static int Run(CommandContext context, string path, string? name)
    {
        var wasThere = File.Exists(Path.Join(path, StoreLayout.Description));
        var description = TrustedStores.OpenOrCreate(path, context.SystemContext, TimeProvider.System, name).Description;
        if (name is not null && description.Name != name)
        {
            throw new FirnException(
                $"the store at {path} is there already and is named '{description.Name}'", "a store keeps its name; take another folder");
        }

        context.Console.Output.WriteLine(TerminalText.Clean(
            $"{(wasThere ? "There is a store already" : "Made a store")} at {path}: '{description.Name}', {description.Id}"));
        return ExitCodes.Done;
    }
}
