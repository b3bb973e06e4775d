using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image run</c>, <c>dev</c> and <c>shell</c>: a command in a container.</summary>
internal static class ImageRunCommand
{
    public static Command Create(CommandContext context, string verb)
    {
        var detach = new Option<bool>("--detach", "-d") { Description = "Let the container go on alone; prints its id" };
        var variables = new Option<string[]>("--env", "-e") { Description = "A variable of the container; may be repeated", HelpName = "K=V" };
        var acceleration = new Option<string?>("--acceleration") { Description = "cpu, cuda, ... Default: ACCELERATION of .env", HelpName = "NAME" };
        var ports = new Option<string[]>("--port", "-p") { Description = "A port to publish; may be repeated", HelpName = "[HOST:]PORT" };
        var user = new Option<string?>("--user") { Description = "Run as this number; default: the image's user", HelpName = "UID[:GID]" };
        var readOnly = new Option<bool>("--read-only") { Description = "Nothing but mounts and /tmp can be written" };
        var command = verb switch
        {
            "run" => new ExampleCommand(
                verb, "Run a command in the image that runs unattended, with the project mounted. Ends with the command's exit code.",
                "firn image run -e SEED=1 -- python train.py"),
            "dev" => new ExampleCommand(
                verb, "Run a command in the image for developing, with the project mounted. Ends with the command's exit code.",
                "firn image dev -- zsh"),
            _ => new ExampleCommand(
                verb, "Open a shell in the image for developing, with nothing mounted: the environment and nothing else.",
                "firn image shell"),
        };
        foreach (var option in verb == "shell" ? [user, readOnly] : new Option[] { detach, variables, acceleration, ports, user, readOnly })
        {
            command.Add(option);
        }

        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            var isShell = verb == "shell";
            var tail = context.Tail ?? [];
            if (!isShell && tail.Count == 0 && !context.Console.HasTerminal)
            {
                throw new FirnException("no command is given", $"put it after `--`: firn image {verb} -- python --version", FailureKind.InvalidRequest);
            }

            return new RunContainer(context.SystemContext).Run(
                new RunContainerRequest
                {
                    Selection = options.Selection(parsed),
                    Stage = verb == "run" ? ImageStage.Run : ImageStage.Dev,
                    Command = tail,
                    Variables = isShell ? [] : parsed.GetValue(variables) ?? [],
                    Acceleration = isShell ? null : parsed.GetValue(acceleration),
                    Ports = isShell ? [] : parsed.GetValue(ports) ?? [],
                    User = parsed.GetValue(user),
                    IsReadOnly = parsed.GetValue(readOnly),
                    IsDetached = !isShell && parsed.GetValue(detach),
                    IsEmpty = isShell,
                    HasTerminal = context.Console.HasTerminal,
                },
                new ConsoleObserver(context.Console));
        });
        return command;
    }
}
