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
        var target = new Argument<string?>("TARGET")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Where the image NAME goes, HOST/PATH:TAG; NAME is then oci:DIR[:TAG], docker-archive:FILE[:NAME:TAG] or in a registry",
        };
        target.RefuseOptions();
        var generic = new Option<bool>("--generic") { Description = "Only the generic images. Default" };
        var user = new Option<bool>("--user") { Description = "Only the user's images" };
        var all = new Option<bool>("--all") { Description = "Both" };
        var command = new ExampleCommand(
            "push", "Send an installation's images to a registry, with the tags of the latest build and of its commit; or an image of a layout or an archive, without an engine.",
            "firn image push oci:layout:1.0 registry.example/lab/study:1.0")
        {
            name, target, generic, user, all,
        };
        var options = new ImageOptions(command);
        var copy = new CopyArguments(command);
        copy.RefuseOthers(command, target, generic, user, all);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(target) is { } place)
            {
                return copy.Run(context, parsed, "pushed", parsed.GetValue(name)!, place);
            }

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
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where the image NAME goes, without an engine: oci:DIR[:TAG] or docker-archive:FILE[:NAME:TAG]",
            HelpName = "PLACE",
        };
        output.RefuseEmpty();
        var command = new ExampleCommand(
            "pull", "Bring an installation's generic images from a registry, and give them the names that building gives; or bring an image into a layout or an archive, without an engine.",
            "firn image pull registry.example/lab/study:1.0 -o oci:layout:1.0")
        {
            name, output,
        };
        var options = new ImageOptions(command);
        var copy = new CopyArguments(command);
        copy.RefuseOthers(command, output);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is { } place)
            {
                return copy.Run(context, parsed, "pulled", parsed.GetValue(name)!, place);
            }

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
        var name = new Argument<string>("NAME") { Description = "An installation's images: the name there without a tag, or a short name REGISTRY_NAME of the settings" };
        name.RefuseOptions();
        return name;
    }

    private static TransferImagesRequest RequestOf(ParseResult parsed, Argument<string> name, ImageOptions options) => new()
    {
        Name = parsed.GetValue(name)!,
        Selection = options.Selection(parsed),
    };
}
