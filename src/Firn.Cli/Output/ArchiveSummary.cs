using Firn.Captures.Archives;
using Firn.Cli.Commands;

namespace Firn.Cli.Output;

/// <summary>What was archived, for a person.</summary>
internal sealed class ArchiveSummary(TextWriter output)
{
    private const int Most = 20;

    public void Write(ArchiveReport report)
    {
        if (report.Outcome is { } outcome)
        {
            WriteOutcome(report, outcome);
        }
        else
        {
            WritePlan(report);
        }
    }

    private void WritePlan(ArchiveReport report)
    {
        var prepared = report.Prepared;
        output.WriteLine();
        Line("Would archive", $"{Count(prepared.Changed.Count, "bundle")}, {Count(prepared.FileCount, "file")}, "
            + $"{SizeText.Of(prepared.Size)} to read into {report.Store}");
        Line("  unchanged", $"{Count(prepared.Unchanged.Count, "bundle")}, {SizeText.Of(prepared.UnchangedSize)}");
        var largest = prepared.Changed.OrderByDescending(bundle => bundle.Size).Take(Most / 2);
        foreach (var bundle in largest)
        {
            Line(string.Empty, $"{SizeText.Of(bundle.Size),10}  {bundle.Bundle.Name} {bundle.Bundle.Version}");
        }

        WriteLeftOut(report.LeftOut);
    }

    private void WriteOutcome(ArchiveReport report, ArchiveOutcome outcome)
    {
        var document = outcome.Document;
        var progress = outcome.Progress;
        output.WriteLine();
        Line("Archive", outcome.IsNew
            ? $"{document.EnvironmentId}@{outcome.Number}"
            : $"{document.EnvironmentId}@{outcome.Number}, the same as before: no record was added");
        Line("  store", report.Store);
        var unchanged = report.Prepared.Same is null ? report.Prepared.Unchanged.Count : document.Bundles.Length;
        var bundles = document.Bundles.Length;
        Line("  bundles", $"{bundles}, of which {(unchanged == 0 ? "all" : Math.Max(bundles - unchanged, 0))} were read");
        Line("  read", $"{CountText.Of(progress.FileCount, "file")}, {SizeText.Of(progress.Bytes)}, of which the store had "
            + SizeText.Of(progress.There));
        Line("  stored", SizeText.Of(progress.Stored));
        WriteEdited(document);
        WriteLeftOut(report.LeftOut);
    }

    private void WriteEdited(ArchiveDocument document)
    {
        var edited = document.Trees.SelectMany(tree => tree.Packages)
            .SelectMany(package => package.Edited.Select(file => (package.Name, File: file))).ToList();
        if (edited.Count > 0)
        {
            Line("  edited", $"{Count(edited.Count, "file is", "files are")} not what the package recorded");
        }

        foreach (var (name, file) in edited.Take(Most))
        {
            FittedText.WriteWords(
                output,
                $"{string.Empty,-15} " + (file.Observed is { } observed
                    ? $"{name}: {file.Path}, recorded {file.Recorded}, observed {observed}"
                    : $"{name}: {file.Path} is missing, recorded {file.Recorded}"),
                indent: 18);
        }

        More(edited.Count);
    }

    private void WriteLeftOut(IReadOnlyList<LeftOutFile> leftOut)
    {
        if (leftOut.Count > 0)
        {
            Line("  left out", Count(leftOut.Count, "file or folder", "files or folders"));
        }

        foreach (var file in leftOut.Take(Most))
        {
            FittedText.WriteWords(output, $"{string.Empty,-15} {file.Path}: {file.Reason}", indent: 18);
        }

        More(leftOut.Count);
    }

    private void More(int count)
    {
        if (count > Most)
        {
            Line(string.Empty, $"and {count - Most} more; --json lists all");
        }
    }

    private static string Count(int count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    private void Line(string title, string text) => output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
