using System.CommandLine;
using Firn.Cli.Output;
using Firn.Images.Installations;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image build</c>.</summary>
internal static class ImageBuildCommand
{
    public static Command Create(CommandContext context)
    {
        var generic = new Option<bool>("--generic") { Description = "Only the generic images, in which the user is root" };
        var user = new Option<bool>("--user") { Description = "Only the images of the user that .env names" };
        var run = new Option<bool>("--run") { Description = "Only the image that runs unattended" };
        var dev = new Option<bool>("--dev") { Description = "Only the image for developing" };
        var dirty = new Option<bool>("--allow-dirty") { Description = "Build from uncommitted files; no tag names a commit then" };
        var platform = new Option<string?>("--platform") { Description = "Build for other processors: linux/amd64,linux/arm64", HelpName = "OS/ARCH,..." };
        var until = new Option<string?>("--until") { Description = "Build a named stage of the Dockerfile and no further", HelpName = "STAGE" };
        var debug = new Option<bool>("--debug") { Description = "Open a shell where a step fails: in the image as it was before it" };
        var builder = new Option<string>("--builder") { Description = "Who builds: the container engine", HelpName = "NAME", DefaultValueFactory = static _ => "engine" };
        builder.AcceptOnlyFromAmong("engine");
        var pip = new Option<string?>("--pip-config") { Description = "A pip.conf that building reads and no layer keeps", HelpName = "FILE" };
        var network = new Option<string?>("--network") { Description = "The network of building steps, for example host", HelpName = "NAME" };
        var pull = new Option<bool>("--pull") { Description = "Ask the registry for a newer base image" };
        var store = new Option<string?>("--store") { Description = "The store that keeps the captures of the images", HelpName = "DIR" };
        foreach (var option in new Option[] { platform, until, pip, network, store })
        {
            option.RefuseEmpty();
        }

        var command = new ExampleCommand(
            "build",
            "Build the images of an installation, tag them with latest and the commit, and keep a capture of what is in them. "
            + "Without options: the run and dev images, and the user's where there is a .env.",
            "firn image build --generic")
        {
            generic, user, run, dev, dirty, until, debug, platform, builder, pip, network, pull, store,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            var (onlyGeneric, onlyUser) = (parsed.GetValue(generic), parsed.GetValue(user));
            var request = new BuildImagesRequest
            {
                Selection = options.Selection(parsed),
                Generic = onlyGeneric ? true : onlyUser ? false : null,
                User = onlyUser ? true : onlyGeneric ? false : null,
                Stage = parsed.GetValue(run) == parsed.GetValue(dev) ? null : parsed.GetValue(run) ? ImageStage.Run : ImageStage.Dev,
                AllowsUncommitted = parsed.GetValue(dirty),
                Until = parsed.GetValue(until),
                Debugs = parsed.GetValue(debug),
                HasTerminal = context.Console.HasTerminal,
                Platforms = parsed.GetValue(platform)?.Split(',') ?? [],
                PipConfiguration = parsed.GetValue(pip),
                Network = parsed.GetValue(network),
                Pulls = parsed.GetValue(pull),
                Store = parsed.GetValue(store),
                Program = SingleFile(),
            };
            return Run(context, request);
        });
        return command;
    }

    private static int Run(CommandContext context, BuildImagesRequest request)
    {
        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new BuildImages(context.SystemContext).Run(request, new ConsoleObserver(context.Console), signals.Token);
        foreach (var image in result.Images)
        {
            context.Console.Output.WriteLine($"built {image.Names[0]}");
            foreach (var name in image.Names.Skip(1))
            {
                context.Console.Output.WriteLine($"      {name}");
            }

            if (image.EnvironmentId is { } id)
            {
                context.Console.Output.WriteLine($"      {id} ({image.Run})");
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>This program, where it is one file: it works in images, too.</summary>
    internal static string? SingleFile() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "firn"
        && !File.Exists(Path.Join(Path.GetDirectoryName(path), "firn.dll"))
            ? path
            : null;
}
