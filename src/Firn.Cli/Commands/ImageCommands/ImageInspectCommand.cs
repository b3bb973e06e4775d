using System.CommandLine;
using System.CommandLine.Parsing;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary>The options by which commands over environments take an image.</summary>
internal sealed class ImageArguments(string description)
{
    private readonly Option<string?> _image = new("--image") { Description = $"{description}: NAME:TAG, oci:DIR or docker-archive:FILE", HelpName = "IMAGE" };
    private readonly Option<string?> _engine = EngineOption();

    public static Option<string?> EngineOption()
    {
        var option = new Option<string?>("--engine")
        {
            Description = "The engine that reads images: docker, podman or buildah. Default: FIRN_ENGINE, else the first one that works",
            HelpName = "NAME",
        };
        option.RefuseEmpty();
        return option;
    }

    public void AddTo(Command command)
    {
        _image.RefuseEmpty();
        command.Add(_image);
        command.Add(_engine);
    }

    public bool IsGiven(CommandResult result) => result.GetValue(_image) is not null;

    /// <summary>The image of the option; <see langword="null"/> without it.</summary>
    public ImageSelection? Selection(ParseResult parsed, string? environment) =>
        parsed.GetValue(_image) is { } image ? Of(image, parsed, environment) : null;

    /// <summary>An image that was named otherwise.</summary>
    public ImageSelection Of(string image, ParseResult parsed, string? environment) => new()
    {
        Image = image,
        Engine = parsed.GetValue(_engine),
        Environment = environment,
        Program = ImageBuildCommand.SingleFile(),
    };
}

/// <summary><c>firn image inspect</c>: what an image says of itself.</summary>
internal static class ImageInspectCommand
{
    /// <summary>What fits a terminal beside the names.</summary>
    private const int MaxWord = 80 - 14;

    public static Command Create(CommandContext context)
    {
        var image = new Argument<string?>("IMAGE") { Arity = ArgumentArity.ZeroOrOne, Description = "An image: NAME:TAG, oci:DIR or docker-archive:FILE. Default: the installation's" };
        image.RefuseOptions();
        var dev = new Option<bool>("--dev") { Description = "The image for developing" };
        var json = new Option<bool>("--json") { Description = "Print it as a document" };
        var command = new ExampleCommand(
            "inspect", "Say what an image is: when and from which commit it was built, what is in it, and what it runs.", "firn image inspect")
        {
            image, dev, json,
        };
        var options = new ImageOptions(command);
        var remote = new RemoteArguments(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var found = remote.TryInspect(context, parsed, parsed.GetValue(image), options.Selection(parsed), signals.Token) ?? new InspectImage(context.SystemContext).Run(
                options.Selection(parsed), parsed.GetValue(image), parsed.GetValue(dev) ? ImageStage.Dev : ImageStage.Run,
                new ConsoleObserver(context.Console), signals.Token);
            if (parsed.GetValue(json))
            {
                context.Console.WriteDocument(found.WriteJson);
            }
            else
            {
                Write(context.Console, found);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandConsole console, ImageInspection image)
    {
        void Line(string name, string? text)
        {
            if (text is not { Length: > 0 })
            {
                return;
            }

            // A path or a digest has no place to break: it gets a line of its own.
            var isLong = text.Split(' ').Max(static word => word.Length) > MaxWord;
            if (!console.IsOutputTerminal)
            {
                console.Output.WriteLine($"{name,-13} {text}");
            }
            else if (isLong)
            {
                console.Output.WriteLine(name);
                console.Output.WriteLine($"  {text}");
            }
            else
            {
                FittedText.WriteWords(console.Output, $"{name,-13} {text}", indent: 14);
            }
        }

        Line("image", image.Name);
        Line("id", image.Id);
        Line("digest", image.Digest);
        Line("platform", image.Platform);
        Line("platforms", string.Join(", ", image.Platforms));
        Line("size", $"{SizeText.Of(image.Size)} in {image.LayerCount} layers");
        Line("created", image.Created);
        Line("commit", image.Revision);
        Line("environment", image.EnvironmentId);
        Line("built by", image.BuiltBy);
        Line("base", image.BaseImage);
        Line("user", image.User);
        Line("folder", image.WorkingDirectory);
        Line("entrypoint", string.Join(' ', image.Entrypoint));
        Line("command", string.Join(' ', image.Command));
        foreach (var (number, variable) in image.Variables.Index())
        {
            Line(number == 0 ? "variables" : string.Empty, variable);
        }
    }
}
