using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Projects.Templates;

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
            Description = $"github: also {WorkflowTemplate.FilePath}, a smoke test that keeps the capture",
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
            var request = new InitRequest(parsed.GetValue(ci) is not null, kind, parsed.GetValue(editor));
            return new InitCommand(context).Run(
                parsed.GetValue(project), request, parsed.GetValue(yes), parsed.GetValue(dryRun));
        });
        return command;
    }

    private int Run(string? option, InitRequest request, bool yes, bool isDryRun)
    {
        var folder = Path.GetFullPath(option ?? ".", context.SystemContext.CurrentDirectory);
        if (!Directory.Exists(folder))
        {
            throw new FirnException($"there is no folder {folder}", "make it first, or name another one with --project");
        }

        var found = ProjectFinder.Find(folder, context.SystemContext);
        var files = new InitPlan(found, context.SystemContext).Make(request);
        ShowChanges(files);
        if (!isDryRun)
        {
            RequireConsent(files, yes);
            Write(files, folder);
        }

        Report(files, isDryRun);
        return ExitCodes.Done;
    }

    private void ShowChanges(ImmutableArray<PlannedFile> files)
    {
        foreach (var file in files)
        {
            if (file.IsChange && !IsOwn(file))
            {
                foreach (var line in UnifiedDiff.Of(file.Path, file.Old!, file.New).TrimEnd('\n').Split('\n'))
                {
                    context.Console.Output.WriteLine(TerminalText.Clean(line));
                }
            }
        }
    }

    /// <summary>What lies in Firn's own folder is not a file of the user's, and a line more in .gitignore harms none.</summary>
    private static bool IsOwn(PlannedFile file) => file.Path.StartsWith($"{Project.StateFolder}/", StringComparison.Ordinal);

    private void RequireConsent(ImmutableArray<PlannedFile> files, bool yes)
    {
        var changed = files.Where(file => file.IsChange && !IsOwn(file) && file.Path != GitIgnoreLine.FilePath)
            .Select(file => file.Path).ToList();
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

    /// <summary>All are written beside their places before the first is put there: a full disk changes none.</summary>
    private static void Write(ImmutableArray<PlannedFile> files, string folder)
    {
        var staged = new List<AtomicFile>();
        try
        {
            foreach (var file in files)
            {
                if (file.Old != file.New)
                {
                    var path = UnlinkedPath.Of(folder, file.Path);
                    MakeFolder(Path.GetDirectoryName(path)!);
                    staged.Add(AtomicFile.Stage(path, Encoding.UTF8.GetBytes(file.New)));
                }
            }

            staged.ForEach(file => file.Place());
        }
        finally
        {
            staged.ForEach(file => file.Dispose());
        }
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make the folder {folder}: {failure.Message.TrimEnd('.')}", "look at its permissions", innerException: failure);
        }
    }

    private void Report(ImmutableArray<PlannedFile> files, bool isDryRun)
    {
        var output = context.Console.Output;
        foreach (var file in files)
        {
            if (!IsOwn(file))
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
            output.WriteLine($"Look at {Project.FileName}, then run its analyses with `firn run`.");
        }
    }
}
