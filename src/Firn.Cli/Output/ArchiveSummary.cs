using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>What was archived, for a person.</summary>
internal sealed class ArchiveSummary(TextWriter output)
{
    private const int MaxCount = 20;

    public void Write(ArchiveEnvironmentResult report)
    {
        output.WriteLine();
        if (report.Amounts is { } amounts)
        {
            WriteOutcome(report, amounts);
        }
        else
        {
            WritePlan(report);
        }

        WriteLeftOut(report.LeftOut);
    }

    private void WritePlan(ArchiveEnvironmentResult report)
    {
        Line("Would archive", $"{Count(report.Changed.Length, "bundle")}, {Count(report.ChangedFileCount, "file")}, "
            + $"{SizeText.Of(report.ChangedSize)} to read into {report.Store}");
        Line("  unchanged", $"{Count(report.UnchangedCount, "bundle")}, {SizeText.Of(report.UnchangedSize)}");
        foreach (var bundle in report.Changed.OrderByDescending(static bundle => bundle.Size).Take(MaxCount / 2))
        {
            Line(string.Empty, $"{SizeText.Of(bundle.Size),10}  {bundle.Name} {bundle.Version}");
        }
    }

    private void WriteOutcome(ArchiveEnvironmentResult report, ArchivedAmounts amounts)
    {
        Line("Archive", report.IsNew
            ? $"{report.EnvironmentId}@{report.Number}"
            : $"{report.EnvironmentId}@{report.Number}, the same as before: no record was added");
        Line("  store", report.Store);
        Line("  bundles", $"{amounts.Bundles}, of which {(amounts.ReadBundles == amounts.Bundles ? "all" : amounts.ReadBundles)} were read");
        Line("  read", $"{CountText.Of(amounts.ReadFiles, "file")}, {SizeText.Of(amounts.ReadBytes)}, of which the store had "
            + SizeText.Of(amounts.BytesAlreadyThere));
        Line("  stored", SizeText.Of(amounts.StoredBytes));
        WriteEdited(report.Edited);
    }

    private void WriteEdited(ImmutableArray<EditedPackageFile> edited)
    {
        if (!edited.IsEmpty)
        {
            Line("  edited", $"{Count(edited.Length, "file is", "files are")} not what the package recorded");
        }

        foreach (var file in edited.Take(MaxCount))
        {
            FittedText.WriteWords(
                output,
                $"{string.Empty,-15} " + (file.Observed is { } observed
                    ? $"{file.Package}: {file.Path}, recorded {file.Recorded}, observed {observed}"
                    : $"{file.Package}: {file.Path} is missing, recorded {file.Recorded}"),
                indent: 18);
        }

        More(edited.Length);
    }

    private void WriteLeftOut(ImmutableArray<SkippedFile> leftOut)
    {
        if (leftOut.Length > 0)
        {
            Line("  left out", Count(leftOut.Length, "file or folder", "files or folders"));
        }

        foreach (var file in leftOut.Take(MaxCount))
        {
            FittedText.WriteWords(output, $"{string.Empty,-15} {file.Path}: {file.Reason}", indent: 18);
        }

        More(leftOut.Length);
    }

    private void More(int count)
    {
        if (count > MaxCount)
        {
            Line(string.Empty, $"and {count - MaxCount} more; --json lists all");
        }
    }

    private static string Count(int count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    private void Line(string title, string text) => output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
