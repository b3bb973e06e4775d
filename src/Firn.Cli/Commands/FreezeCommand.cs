using System.CommandLine;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Output;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands;

/// <summary><c>firn freeze</c>: exact versions in an installation's lists of packages.</summary>
internal static class FreezeCommand
{
    public const string Name = "freeze";

    public static Command Create(CommandContext context)
    {
        var environment = new Argument<string?>("ENVIRONMENT") { Arity = ArgumentArity.ZeroOrOne, Description = "A prefix or a python executable. Default: the active environment" };
        environment.RefuseOptions();
        var inside = new Option<string?>("--in") { Description = "Read what is installed in an image or a running container", HelpName = "IMAGE|CONTAINER" };
        var dependencies = new Option<string?>("--dependencies") { Description = "The folder with the lists. Default: the installation's", HelpName = "DIR" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Change the lists without asking; the differences are printed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the differences, and write nothing" };
        inside.RefuseEmpty();
        dependencies.RefuseEmpty();
        var command = new ExampleCommand(
            Name,
            "Write exact versions into an installation's requirements.txt and lists of system packages: comments and order stay, what "
            + "the base image brought is left out.",
            "firn freeze --in lab/alice/study:amd64-cuda-run-latest-root")
        {
            environment, inside, dependencies, yes, dryRun,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var plan = new FreezeDependencies(context.SystemContext).Plan(
                new FreezeDependenciesRequest
                {
                    Selection = options.Selection(parsed),
                    Dependencies = parsed.GetValue(dependencies),
                    Environment = parsed.GetValue(environment),
                    Inside = parsed.GetValue(inside),
                    Program = ImageBuildCommand.SingleFile(),
                },
                new ConsoleObserver(context.Console),
                signals.Token);
            new PlanReport(context.Console).Write(plan, parsed.GetValue(yes), parsed.GetValue(dryRun));
            return ExitCodes.Done;
        });
        return command;
    }
}
