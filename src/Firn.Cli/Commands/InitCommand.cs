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

    public static Command Create(CommandContext context)
    {
        var ci = new Option<string?>("--ci")
        {
            Description = "github: also .github/workflows/firn.yml, a smoke test that keeps the capture",
        };
        ci.AcceptOnlyFromAmong("github");
        var devcontainer = new Option<string?>("--devcontainer")
        {
            Description = "Also .devcontainer: with the environment in the image (bake), or set up afterwards (guide). Default: bake",
            Arity = ArgumentArity.ZeroOrOne,
        };
        devcontainer.AcceptOnlyFromAmong(Bake, Guide);
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
            ci, devcontainer, editor, yes, dryRun, project,
        };
        command.SetAction(parsed =>
        {
            var kind = parsed.GetResult(devcontainer) is null ? DevcontainerKind.None
                : parsed.GetValue(devcontainer) == Guide ? DevcontainerKind.Guide
                : DevcontainerKind.Baked;
            return Run(
                context,
                new StartProjectRequest
                {
                    Folder = parsed.GetValue(project),
                    WithWorkflow = parsed.GetValue(ci) is not null,
                    Devcontainer = kind,
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
