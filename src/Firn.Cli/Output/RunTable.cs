using Firn.Common;
using Firn.Storage.Records;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Analyses, their runs and their files for people.</summary>
internal sealed class RunTable(TextWriter output)
{
    private const int WidestName = 60;

    /// <summary>As many as tell files apart; --json has all.</summary>
    private const int ShownDigits = 16;

    private const string AtRun = "run";

    /// <summary>The word for a status, as on the command line and in documents.</summary>
    public static string Word(RunStatus status) => status == RunStatus.Failed ? "failed" : "succeeded";

    /// <summary>A line for each analysis: how many runs count, and the last of them.</summary>
    public void WriteAnalyses(IReadOnlyList<StoredAnalysis> analyses)
    {
        var rows = new List<string[]>();
        foreach (var analysis in analyses)
        {
            var count = 0;
            StoredResult? last = null;
            foreach (var run in analysis.NewestFirst())
            {
                if (run.Counts)
                {
                    count++;
                    last ??= run;
                }
            }

            var newest = last is null ? string.Empty : $"last {TimeText.Of(last.Created)}, {Word(last.Status)}";
            rows.Add([analysis.Reference, $"{CountText.Of(count, "run"),-10}", newest]);
        }

        FittedText.WriteRows(output, rows);
    }

    /// <summary>A line for each record of an analysis, the oldest first.</summary>
    public void WriteRuns(StoredAnalysis analysis)
    {
        var runs = analysis.NewestFirst().ToList();
        runs.Reverse();
        FittedText.WriteRows(
            output,
            [.. runs.Select(run => (string[])[$"@{run.Number}", TimeText.Of(run.Created), State(run), Content(run), Environment(run)])],
            wraps: false);
    }

    /// <summary>A run with its files.</summary>
    public void WriteRun(StoredResult run)
    {
        Line($"{run.Reference}  {TimeText.Of(run.Created)}  {State(run)}  {Content(run)}");
        Line($"Record {run.Digest}");
        foreach (var environment in run.Environments)
        {
            Line($"Environment at {environment.When}{(environment.IsArchived ? ", archived" : string.Empty)}");
            Line($"  {environment.EnvironmentId}");
        }

        var files = run.Files;
        var width = Width(files.Select(file => file.Name));
        foreach (var file in files)
        {
            Line($"  {file.Name.PadRight(width)}  {SizeText.Of(file.Size),10}  {file.Digest.Hex[..ShownDigits]}");
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
    private static string Environment(StoredResult run)
    {
        StoredResultEnvironment? last = null;
        foreach (var environment in run.Environments)
        {
            last = last is null || environment.When == AtRun ? environment : last;
        }

        return last is null ? string.Empty
            : $"{RunReport.Digits(last.EnvironmentId)}{(last.IsArchived ? string.Empty : " (not archived)")}";
    }

    private static string State(StoredResult run) =>
        run.Forgets is not null ? "tombstone" : run.IsForgotten ? "forgotten" : Word(run.Status);

    private static string Content(StoredResult run)
    {
        if (run.Forgets is { } forgets)
        {
            return $"forgets @{forgets}";
        }

        var files = run.Files;
        return $"{CountText.Of(files.Length, "file")}, {SizeText.Of(files.Sum(static file => file.Size))}";
    }

    private void Line(string text) => output.WriteLine(TerminalText.Clean(text.TrimEnd()));
}
