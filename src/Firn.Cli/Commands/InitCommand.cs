using System.CommandLine;
using Firn.Cli.Output;
using Firn.Projects.Templates;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn init</c>: writes a project's <c>firn.yaml</c>, and what machines and editors need around it.</summary>
internal static class InitCommand
{
    private const string Bake = "bake";
    private const string Guide = "guide";
    private const string Image = "image";

    public static Command Create(CommandContext context)
    {
        var ci = new Option<string?>("--ci")
        {
            Description = "github: also .github/workflows/firn.yml, a smoke test that keeps the capture",
        };
        ci.AcceptOnlyFromAmong("github");
        var devcontainer = new Option<string?>("--devcontainer")
        {
            Description = "Also .devcontainer: with the environment in the image (bake), set up afterwards (guide), or in the dev image of `firn image build` (image). Default: bake",
            Arity = ArgumentArity.ZeroOrOne,
        };
        devcontainer.AcceptOnlyFromAmong(Bake, Guide, Image);
        var installation = new Option<string?>("--installation") { Description = "Which installation's dev image, where the project has several", HelpName = "NAME" };
        installation.RefuseEmpty();
        var editor = new Option<bool>("--vscode") { Description = "Also point VS Code at the environment's interpreter" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Change files that exist without asking; the differences are printed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be written, and write nothing" };
        var project = new Option<string?>("--project")
        {
            Description = "The project's folder. Default: the current folder",
            HelpName = "DIR",
        };
        project.RefuseEmpty();
        var command = new ExampleCommand(
            "init",
            "Write a commented firn.yaml from what the folder holds. A file that exists is changed only after its difference "
            + "was shown.",
            "firn init --ci github --devcontainer --vscode")
        {
            ci, devcontainer, installation, editor, yes, dryRun, project,
        };
        command.SetAction(parsed =>
        {
            var kind = parsed.GetResult(devcontainer) is null ? DevcontainerKind.None
                : parsed.GetValue(devcontainer) switch
                {
                    Guide => DevcontainerKind.Guide,
                    Image => DevcontainerKind.Image,
                    _ => DevcontainerKind.Baked,
                };
            return Run(
                context,
                new StartProjectRequest
                {
                    Folder = parsed.GetValue(project),
                    WithWorkflow = parsed.GetValue(ci) is not null,
                    Devcontainer = kind,
                    Installation = parsed.GetValue(installation),
                    WithEditor = parsed.GetValue(editor),
                },
                parsed.GetValue(yes),
                parsed.GetValue(dryRun));
        });
        return command;
    }

    private static int Run(CommandContext context, StartProjectRequest request, bool yes, bool isDryRun)
    {
        var plan = new StartProject(context.SystemContext).Plan(request);
        new PlanReport(context.Console).Write(plan, yes, isDryRun);
        if (plan.Files[0].IsNew && !isDryRun)
        {
            context.Console.Output.WriteLine($"Look at {plan.Files[0].Path}, then run its analyses with `firn run`.");
        }

        return ExitCodes.Done;
    }
}
