using System.CommandLine;
using Firn.Cli.Output;
using Firn.Images.Scaffold;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image platform</c> and <c>from-base</c>: an installation becomes another one.</summary>
internal static class ImagePlatformCommand
{
    public static Command Create(CommandContext context) => new ExampleCommand(
        "platform", "Move or copy an installation to another platform or acceleration: its folder, tags, services and contents.",
        "firn image platform copy amd64-cuda amd64-rocm")
    {
        Verb(context, "change", "Move an installation", keepsOld: false),
        Verb(context, "copy", "Copy an installation beside the one that is there", keepsOld: true),
    };

    /// <summary><c>firn image from-base</c>.</summary>
    public static Command CreateFromBase(CommandContext context)
    {
        var which = new Argument<string>("BASE") { Description = "from-python: extend an image that has a Python; from-scratch: make an environment on a plain system" };
        which.AcceptOnlyFromAmong("from-python", "from-scratch");
        var image = new Option<string?>("--image") { Description = "The image that is extended", HelpName = "IMAGE" };
        image.RefuseEmpty();
        var yes = new Option<bool>("--yes", "-y") { Description = "Change files that exist without asking; the differences are printed" };
        var command = new ExampleCommand(
            "from-base", "Base an installation on something else. Lists of packages stay; what changes is shown first.", "firn image from-base from-scratch")
        {
            which, image, yes,
        };
        var options = new ImageOptions(command, withEngine: false);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var plan = new ImageInstallations(context.SystemContext).PlanBase(
                options.Selection(parsed),
                parsed.GetValue(which) == "from-python" ? ImageBase.FromPython : ImageBase.FromScratch, parsed.GetValue(image), signals.Token);
            var changes = plan with { Files = [.. plan.Files.Where(static file => file.Old != file.New)] };
            new PlanReport(context.Console).Write(changes, parsed.GetValue(yes), isDryRun: false);
            return ExitCodes.Done;
        });
        return command;
    }

    private static ExampleCommand Verb(CommandContext context, string verb, string description, bool keepsOld)
    {
        var from = new Argument<string>("FROM") { Description = "What is there: amd64-cuda" };
        var to = new Argument<string>("TO") { Description = "The new one: amd64-rocm, arm64-cpu, amd64-cuda-small" };
        from.RefuseOptions();
        to.RefuseOptions();
        var project = new Option<string?>("--project") { Description = "The project's folder. Default: the current folder", HelpName = "DIR" };
        project.RefuseEmpty();
        var command = new ExampleCommand(verb, $"{description}.", $"firn image platform {verb} amd64-cuda amd64-rocm") { from, to, project };
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var changed = new ImageInstallations(context.SystemContext).ChangePlatform(
                parsed.GetValue(project) ?? ".", parsed.GetValue(from)!, parsed.GetValue(to)!, keepsOld, signals.Token);
            context.Console.Output.WriteLine($"wrote {changed.Folder}");
            foreach (var file in changed.Changed)
            {
                context.Console.Output.WriteLine($"changed {file}");
            }

            foreach (var line in changed.Left)
            {
                context.Console.Error.WriteLine($"warning: {line} names the old installation or its images: edit it");
            }

            context.Console.Output.WriteLine("Look at its base image and its packages: what is there for one platform may be missing for another.");
            return ExitCodes.Done;
        });
        return command;
    }
}
