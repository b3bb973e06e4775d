using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image</c>: a project's environment as container images.</summary>
internal static class ImageCommand
{
    public const string Name = "image";

    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            Name,
            "Make container images of a project's environment, send them to registries, and run commands in them.",
            "firn image init --from-python python:3.12-slim")
        {
            ImageInitCommand.Create(context),
            ImageAdoptCommand.Create(context),
            ImageEnvCommand.Create(context),
            ImageBuildCommand.Create(context),
            ImageAssembleCommand.Create(context),
            ImageTransferCommand.CreatePush(context),
            ImageTransferCommand.CreatePull(context),
            ImageCopyCommand.Create(context),
            ImageRunCommand.Create(context, "run"),
            ImageRunCommand.Create(context, "dev"),
            ImageRunCommand.Create(context, "shell"),
            ImageListEnvCommand.Create(context),
            ImageShowCommand.Create(context),
            ImageInspectCommand.Create(context),
            ImagePlatformCommand.Create(context),
            ImagePlatformCommand.CreateFromBase(context),
            ImageScriptsCommand.Create(context),
        };
        return command;
    }
}

/// <summary>The options that all commands over an installation have.</summary>
internal sealed class ImageOptions
{
    private readonly Option<string?> _project = new("--project")
    {
        Description = "A folder of the project or of the installation. Default: the current folder",
        HelpName = "DIR",
    };

    private readonly Option<string?> _installation = new("--installation")
    {
        Description = "Which installation, where the project has several: docker-amd64-cuda, or amd64-cuda",
        HelpName = "NAME",
    };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description = "docker, podman or buildah. Default: FIRN_ENGINE, else the first one that works",
        HelpName = "NAME",
    };

    public ImageOptions(Command command, bool withEngine = true)
    {
        foreach (var option in withEngine ? new[] { _project, _installation, _engine } : [_project, _installation])
        {
            option.RefuseEmpty();
            command.Add(option);
        }
    }

    /// <summary>The installation and the engine that are meant.</summary>
    public InstallationSelection Selection(ParseResult parsed) => new()
    {
        Folder = parsed.GetValue(_project) ?? ".",
        Name = parsed.GetValue(_installation),
        Engine = parsed.GetValue(_engine),
    };
}

/// <summary><c>firn image env</c>: the user's own settings.</summary>
internal static class ImageEnvCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "env", "Write an installation's .env: your user and group, so that files that containers write are yours.", "firn image env");
        var options = new ImageOptions(command, withEngine: false);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal();
            var file = new ImageInstallations(context.SystemContext).WriteSettings(
                options.Selection(parsed), signals.Token);
            context.Console.Output.WriteLine($"wrote {TerminalText.Clean(file)}");
            return ExitCodes.Done;
        });
        return command;
    }
}
