using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>What was archived, for a person.</summary>
internal sealed class ArchiveSummary(TextWriter output)
{
    private const int MaxCount = 20;

    public void Write(ArchiveEnvironmentResult report)
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

    private void WritePlan(ArchiveEnvironmentResult report)
    {
        var prepared = report.Prepared;
        output.WriteLine();
        Line("Would archive", $"{Count(prepared.Changed.Count, "bundle")}, {Count(prepared.FileCount, "file")}, "
            + $"{SizeText.Of(prepared.Size)} to read into {report.Store}");
        Line("  unchanged", $"{Count(prepared.Unchanged.Count, "bundle")}, {SizeText.Of(prepared.UnchangedSize)}");
        var largest = prepared.Changed.OrderByDescending(bundle => bundle.ReadSize).Take(MaxCount / 2);
        foreach (var bundle in largest)
        {
            Line(string.Empty, $"{SizeText.Of(bundle.ReadSize),10}  {bundle.Name} {bundle.Version}");
        }

        WriteLeftOut(report.LeftOut);
    }

    private void WriteOutcome(ArchiveEnvironmentResult report, ArchiveOutcome outcome)
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

        foreach (var (name, file) in edited.Take(MaxCount))
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

    private void WriteLeftOut(IReadOnlyList<SkippedFile> leftOut)
    {
        if (leftOut.Count > 0)
        {
            Line("  left out", Count(leftOut.Count, "file or folder", "files or folders"));
        }

        foreach (var file in leftOut.Take(MaxCount))
        {
            FittedText.WriteWords(output, $"{string.Empty,-15} {file.Path}: {file.Reason}", indent: 18);
        }

        More(leftOut.Count);
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

/// <summary>Writes what was archived as a document, schema <c>firn.archive-report/1</c>.</summary>
internal static class ArchiveReportWriter
{
    public static byte[] Write(ArchiveEnvironmentResult report)
    {
        var outcome = report.Outcome;
        var prepared = report.Prepared;
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", "firn.archive-report/1");
        json.String("archive", outcome?.Digest.ToString());
        json.StartObject("bundles");
        json.Number("changed", prepared.Changed.Count);
        json.Number("unchanged", prepared.Unchanged.Count);
        json.EndObject();
        json.StartObject("bytes");
        json.Number("read", outcome?.Progress.Bytes);
        json.Number("stored", outcome?.Progress.Stored);
        json.Number("there", outcome?.Progress.There);
        json.Number("to_read", prepared.Size);
        json.Number("unchanged", prepared.UnchangedSize);
        json.EndObject();
        json.String("capture", outcome?.Capture?.ToString());
        json.StartArray("edited");
        WriteEdited(json, outcome?.Document);
        json.EndArray();
        json.String("environment_id", prepared.Plan.Capture.EnvironmentId);
        json.Number("files", prepared.FileCount);
        ArchiveWriter.WriteLeftOut(json, report.LeftOut);
        json.Boolean("new_record", outcome?.IsNew);
        json.Number("number", outcome?.Number);
        json.String("store", report.Store);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteEdited(CanonicalJsonWriter json, ArchiveDocument? document)
    {
        foreach (var tree in document?.Trees ?? [])
        {
            foreach (var package in tree.Packages)
            {
                foreach (var file in package.Edited)
                {
                    json.StartObject();
                    json.String("observed", file.Observed?.ToString());
                    json.String("package", package.Name);
                    json.String("path", file.Path);
                    json.String("recorded", file.Recorded);
                    json.EndObject();
                }
            }
        }
    }
}
