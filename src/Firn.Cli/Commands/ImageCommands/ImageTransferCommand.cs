using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image push</c> and <c>pull</c>.</summary>
internal static class ImageTransferCommand
{
    public static Command CreatePush(CommandContext context)
    {
        var name = NameArgument();
        var generic = new Option<bool>("--generic") { Description = "Only the generic images. Default" };
        var user = new Option<bool>("--user") { Description = "Only the user's images" };
        var all = new Option<bool>("--all") { Description = "Both" };
        var command = new ExampleCommand(
            "push", "Send an installation's images to a registry, with the tags of the latest build and of its commit.",
            "firn image push registry.example/lab/study")
        {
            name, generic, user, all,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var isAll = parsed.GetValue(all) || (parsed.GetValue(generic) && parsed.GetValue(user));
            var request = RequestOf(parsed, name, options) with
            {
                Generic = isAll || !parsed.GetValue(user),
                User = isAll || parsed.GetValue(user),
            };
            foreach (var sent in new TransferImages(context.SystemContext).Push(request, new ConsoleObserver(context.Console), signals.Token))
            {
                context.Console.Output.WriteLine($"pushed {sent}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    public static Command CreatePull(CommandContext context)
    {
        var name = NameArgument();
        var command = new ExampleCommand(
            "pull", "Bring an installation's generic images from a registry, and give them the names that building gives.",
            "firn image pull registry.example/lab/study")
        {
            name,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            foreach (var local in new TransferImages(context.SystemContext).Pull(
                RequestOf(parsed, name, options), new ConsoleObserver(context.Console), signals.Token))
            {
                context.Console.Output.WriteLine($"pulled {local}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> NameArgument()
    {
        var name = new Argument<string>("NAME") { Description = "The name there without a tag, or a short name REGISTRY_NAME of the settings" };
        name.RefuseOptions();
        return name;
    }

    private static TransferImagesRequest RequestOf(ParseResult parsed, Argument<string> name, ImageOptions options) => new()
    {
        Name = parsed.GetValue(name)!,
        Selection = options.Selection(parsed),
    };
}
