using System.CommandLine;
using Firn.Cli.Output;
using Firn.Images.Scaffold;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image scripts</c>: what starts the images on a cluster.</summary>
internal static class ImageScriptsCommand
{
    public static Command Create(CommandContext context)
    {
        var target = new Argument<string>("TARGET") { Description = "runai, slurm (Apptainer, pyxis, podman) or cscs" };
        target.AcceptOnlyFromAmong("runai", "slurm", "cscs");
        var name = new Argument<string?>("NAME") { Description = "The images' name in a registry, without a tag. Default: their name here", Arity = ArgumentArity.ZeroOrOne };
        name.RefuseOptions();
        var yes = new Option<bool>("--yes", "-y") { Description = "Change files that exist without asking; the differences are printed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be written, and write nothing" };
        var command = new ExampleCommand(
            "scripts", "Write scripts that start the images on a cluster into submit/TARGET of the project. They are yours to edit.",
            "firn image scripts slurm registry.example/lab/study")
        {
            target, name, yes, dryRun,
        };
        var options = new ImageOptions(command, withEngine: false);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var plan = new WriteSubmitScripts(context.SystemContext).Plan(
                new SubmitScriptsRequest
                {
                    Selection = options.Selection(parsed),
                    Target = Enum.Parse<SubmitTarget>(parsed.GetValue(target)!, ignoreCase: true),
                    Name = parsed.GetValue(name),
                },
                signals.Token);
            new PlanReport(context.Console).Write(plan, parsed.GetValue(yes), parsed.GetValue(dryRun));
            return ExitCodes.Done;
        });
        return command;
    }
}
