using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects.Templates;
using Firn.Workflows;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary>Shows what a scaffold changes, asks, and says what was done.</summary>
internal static class ScaffoldWriter
{
    public static void ShowChanges(CommandContext context, IReadOnlyList<ScaffoldFile> files)
    {
        foreach (var file in files.Where(static file => file.IsChange))
        {
            foreach (var line in UnifiedDiff.Of(file.Path, file.Old!, file.New).TrimEnd('\n').Split('\n'))
            {
                context.Console.Output.WriteLine(TerminalText.Clean(line));
            }
        }
    }

    public static void RequireConsent(CommandContext context, IReadOnlyList<ScaffoldFile> files, bool yes)
    {
        var changed = files.Where(static file => file.IsChange).Select(static file => file.Path).ToList();
        if (changed.Count == 0 || yes)
        {
            return;
        }

        context.Console.Output.Flush();
        var names = ShortList.Of(changed, ", ");
        var answer = context.Console.Ask($"Change {names}? [y/N] ") ?? throw new FirnException(
            $"{names} would be changed as shown; nothing was written", "say --yes if that is right, or move the files away");
        if (answer.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new FirnException("nothing was written", "say y to change the files, or move them away", FailureKind.Cancelled);
        }
    }

    public static void Report(CommandContext context, IReadOnlyList<ScaffoldFile> files, bool isDryRun)
    {
        foreach (var file in files)
        {
            var done = (file.Old is null, file.IsChange, isDryRun) switch
            {
                (true, _, false) => "wrote",
                (true, _, true) => "would write",
                (_, true, false) => "changed",
                (_, true, true) => "would change",
                _ => "is there already:",
            };
            context.Console.Output.WriteLine($"{done} {file.Path}");
        }
    }
}
