using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects.Templates;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn init</c>: writes a project's <c>firn.yaml</c>, and what machines and editors need around it.</summary>
internal sealed class InitCommand(CommandContext context)
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
            return new InitCommand(context).Run(
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

    private int Run(StartProjectRequest request, bool yes, bool isDryRun)
    {
        var plan = new StartProject(context.SystemContext).Plan(request);
        ShowChanges(plan.Files);
        if (!isDryRun)
        {
            RequireConsent(plan.Files, yes);
            StartProject.Write(plan);
        }

        Report(plan.Files, isDryRun);
        return ExitCodes.Done;
    }

    private void ShowChanges(ImmutableArray<PlannedFile> files)
    {
        foreach (var file in files)
        {
            if (file is { IsChange: true, IsOwn: false })
            {
                foreach (var line in file.Difference().TrimEnd('\n').Split('\n'))
                {
                    context.Console.Output.WriteLine(TerminalText.Clean(line));
                }
            }
        }
    }

    private void RequireConsent(ImmutableArray<PlannedFile> files, bool yes)
    {
        var changed = files.Where(static file => file.NeedsConsent).Select(static file => file.Path).ToList();
        if (changed.Count == 0 || yes)
        {
            return;
        }

        context.Console.Output.Flush();
        var names = string.Join(", ", changed);
        if (!context.Console.IsErrorTerminal)
        {
            throw new FirnException(
                $"{names} would be changed as shown; nothing was written", "say --yes if that is right, or move the file away");
        }

        context.Console.Error.Write($"Change {names}? [y/N] ");
        using var reader = new StreamReader(context.Console.OpenInput(), Encoding.UTF8);
        if (reader.ReadLine()?.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new FirnException("nothing was written", "say y to change the file, or move it away", FailureKind.Cancelled);
        }
    }

    private void Report(ImmutableArray<PlannedFile> files, bool isDryRun)
    {
        var output = context.Console.Output;
        foreach (var file in files)
        {
            if (!file.IsOwn)
            {
                var done = (file.IsNew, file.IsChange, isDryRun) switch
                {
                    (true, _, false) => "wrote",
                    (true, _, true) => "would write",
                    (_, true, false) => "changed",
                    (_, true, true) => "would change",
                    _ => "is there already:",
                };
                output.WriteLine($"{done} {file.Path}");
            }
        }

        if (files[0].IsNew && !isDryRun)
        {
            output.WriteLine($"Look at {files[0].Path}, then run its analyses with `firn run`.");
        }
    }
}
