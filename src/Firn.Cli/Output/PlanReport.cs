using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Writes planned files: shows what changes, asks, and says what was done.</summary>
internal sealed class PlanReport(CommandConsole console)
{
    /// <summary>Writes the files of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="yes">Whether changes are consented to.</param>
    /// <param name="isDryRun">Whether it is only said what would be written.</param>
    /// <exception cref="FirnException">Nobody consented.</exception>
    public void Write(FilePlan plan, bool yes, bool isDryRun)
    {
        ShowChanges(plan);
        if (!isDryRun)
        {
            RequireConsent(plan, yes);
            plan.Write();
        }

        Report(plan, isDryRun);
    }

    private void ShowChanges(FilePlan plan)
    {
        foreach (var file in plan.Files)
        {
            if (file is { IsChange: true, IsOwn: false })
            {
                foreach (var line in file.Difference().TrimEnd('\n').Split('\n'))
                {
                    console.Output.WriteLine(TerminalText.Clean(line));
                }
            }
        }
    }

    private void RequireConsent(FilePlan plan, bool yes)
    {
        var changed = plan.Files.Where(static file => file.NeedsConsent).Select(static file => file.Path).ToList();
        if (changed.Count == 0 || yes)
        {
            return;
        }

        console.Output.Flush();
        var names = string.Join(", ", changed);
        if (console.Ask($"Change {names}? [y/N] ") is not { } answer)
        {
            throw new FirnException(
                $"{names} would be changed as shown; nothing was written", "say --yes if that is right, or move the file away");
        }

        if (answer.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new FirnException("nothing was written", "say y to change the file, or move it away");
        }
    }

    private void Report(FilePlan plan, bool isDryRun)
    {
        foreach (var file in plan.Files)
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
                console.Output.WriteLine($"{done} {file.Path}");
            }
        }
    }
}
