using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Cli.Output;

/// <summary>Analyses, their runs and their files for people.</summary>
internal sealed class RunTable(TextWriter output)
{
    private const int WidestName = 60;

    /// <summary>As many as tell files apart; --json has all.</summary>
    private const int ShownDigits = 16;

    /// <summary>A line for each analysis: how many runs count, and the last of them.</summary>
    public void WriteAnalyses(IReadOnlyList<AnalysisRuns> analyses)
    {
        var rows = new List<string[]>();
        foreach (var analysis in analyses)
        {
            var count = 0;
            StoredRun? last = null;
            foreach (var run in analysis.NewestFirst())
            {
                if (run.Counts)
                {
                    count++;
                    last ??= run;
                }
            }

            var newest = last is null ? string.Empty : $"last {TimeText.Of(last.Record.Created)}, {RunRecordJson.Word(last.Record.Status)}";
            rows.Add([analysis.Reference, $"{CountText.Of(count, "run"),-10}", newest]);
        }

        FittedText.WriteRows(output, rows);
    }

    /// <summary>A line for each record of an analysis, the oldest first.</summary>
    public void WriteRuns(AnalysisRuns analysis)
    {
        var runs = analysis.NewestFirst().ToList();
        runs.Reverse();
        FittedText.WriteRows(
            output,
            [.. runs.Select(run => (string[])[$"@{run.Record.Number}", TimeText.Of(run.Record.Created), State(run), Content(run.Record), Environment(run.Record)])],
            wraps: false);
    }

    /// <summary>A run with its files.</summary>
    public void WriteRun(StoredRun run)
    {
        var record = run.Record;
        Line($"{record.Subject}/{record.Name}@{record.Number}  {TimeText.Of(record.Created)}  {State(run)}  {Content(record)}");
        Line($"Record {run.Digest}");
        foreach (var environment in record.Environments)
        {
            Line($"Environment at {environment.When}{(environment.Archive is null ? string.Empty : ", archived")}");
            Line($"  {environment.EnvironmentId}");
        }

        var width = Width(record.Resources.Select(resource => resource.Name));
        foreach (var resource in record.Resources)
        {
            Line($"  {resource.Name.PadRight(width)}  {SizeText.Of(resource.Size),10}  {resource.Digest.Hex[..ShownDigits]}");
        }
    }

    private static int Width(IEnumerable<string> texts)
    {
        var width = 0;
        foreach (var text in texts)
        {
            width = Math.Max(width, Math.Min(WidestName, text.Length));
        }

        return width;
    }

    /// <summary>The environment that it ran in, as far as it tells environments apart.</summary>
    private static string Environment(RunRecord record)
    {
        RunEnvironment? last = null;
        foreach (var environment in record.Environments)
        {
            last = last is null || environment.When == RunEnvironment.AtRun ? environment : last;
        }

        return last is null ? string.Empty
            : $"{RunReport.Digits(last.EnvironmentId)}{(last.Archive is null ? " (not archived)" : string.Empty)}";
    }

    private static string State(StoredRun run) =>
        run.Record.IsTombstone ? "tombstone" : run.IsForgotten ? "forgotten" : RunRecordJson.Word(run.Record.Status);

    private static string Content(RunRecord record)
    {
        if (record.Forgets is { } forgets)
        {
            return $"forgets @{forgets}";
        }

        long bytes = 0;
        foreach (var resource in record.Resources)
        {
            bytes += resource.Size;
        }

        return $"{CountText.Of(record.Resources.Length, "file")}, {SizeText.Of(bytes)}";
    }

    private void Line(string text) => output.WriteLine(TerminalText.Clean(text.TrimEnd()));
}
