using System.Globalization;
using Firn.Common;
using Firn.Runs.Records;
using Firn.Runs.Running;
using Firn.Storage.Records;

namespace Firn.Cli.Output;

/// <summary>The table of results that ends <c>firn run</c>, and where everything is kept.</summary>
/// <param name="console">The terminal.</param>
/// <param name="store">The store.</param>
/// <param name="project">The project's folder as the command line named it, where it did.</param>
/// <param name="storeOption">What names that store on a command line: empty, or with a space before it.</param>
internal sealed class ProjectReport(CommandConsole console, string store, string? project, string storeOption)
{
    public void Write(IReadOnlyList<AnalysisResult> results)
    {
        var report = new RunReport(console, store);
        foreach (var result in results)
        {
            WriteTrouble(report, result);
        }

        console.Error.Flush();
        var kept = results.Max(result => Reference(result)?.Length ?? 0);
        var times = results.Max(result => Time(result).Length);
        FittedText.WriteRows(console.Output, [.. results.Select(result => Row(result, kept, times))]);

        if (results.Select(Reference).LastOrDefault(reference => reference is not null) is { } last)
        {
            var option = (project is null ? string.Empty : $" --project {project}") + storeOption;
            Line($"Environments and outputs are kept in {store}");
            Line($"Rerun one with: firn rerun {last}{option}");
        }

        console.Output.Flush();
    }

    private static string Time(AnalysisResult result) => result.Outcome is { } outcome ? Seconds(outcome.Execution) : string.Empty;

    private static string[] Row(AnalysisResult result, int kept, int times)
    {
        var execution = result.Outcome?.Execution ?? result.Last?.Execution;
        return [result.Reference, Word(result), Time(result).PadLeft(times), execution is null ? string.Empty : Outputs(execution), Kept(result, kept)];
    }

    private void WriteTrouble(RunReport report, AnalysisResult result)
    {
        if (result.Outcome is { } outcome)
        {
            report.WriteProblems(outcome);
            if (outcome.StoreFailure is { } unkept)
            {
                Error($"error: {result.Reference} ended with {RunReport.Ending(outcome)}, but the run could not be kept: {OptionNames.Write(unkept.Text)}");
                Error($"hint: its outputs and its log are where it wrote them; {OptionNames.Write(unkept.Hint)}");
            }
        }
        else if (result.Failure is { } failure)
        {
            Error($"error: {result.Reference}: {OptionNames.Write(failure.Text)}");
            Error($"hint: {OptionNames.Write(failure.Hint)}");
        }
    }

    private static string Word(AnalysisResult result) => result.Kind switch
    {
        AnalysisResultKind.Succeeded => "done",
        AnalysisResultKind.Failed => "failed",
        AnalysisResultKind.Unchanged => "unchanged",
        AnalysisResultKind.NeedFailed => "not run",
        AnalysisResultKind.Cancelled => "cancelled",
        _ => "not started",
    };

    private static string Kept(AnalysisResult result, int width) => result switch
    {
        { FailedNeed: { } need } => $"needs {need}, which did not succeed",
        { Kind: AnalysisResultKind.Failed, Outcome: { } failed } =>
            $"{RunReport.Ending(failed)}{(Reference(result) is { } reference ? $", kept as {reference}" : string.Empty)}",
        { Outcome: { } outcome } => $"{Reference(result)?.PadRight(width)}  {RunReport.Digits(outcome.EnvironmentId)}{(outcome.IsArchived ? string.Empty : " (not archived)")}",
        { Last: { } last } => $"{Reference(result)?.PadRight(width)}  {RunReport.Digits(last.Capture.EnvironmentId)}",
        _ => string.Empty,
    };

    private static string? Reference(AnalysisResult result) => result switch
    {
        { Outcome.Stored.Record: var record } => Name(record),
        { Last.Record: var record } => Name(record),
        _ => null,
    };

    private static string Name(RunRecord record) => $"{record.Subject}/{record.Name}@{record.Number}";

    private static string Outputs(Execution execution)
    {
        if (execution.Outputs.IsEmpty && execution.MissingOutputs.IsEmpty)
        {
            return "no outputs";
        }

        long bytes = 0;
        foreach (var output in execution.Outputs)
        {
            bytes += output.Size;
        }

        return $"{CountText.Of(execution.Outputs.Length, "output")}, {SizeText.Of(bytes)}";
    }

    private static string Seconds(Execution execution) =>
        (execution.Ended - execution.Started).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s";

    private void Line(string text) => console.Output.WriteLine(TerminalText.Clean(text.TrimEnd()));

    private void Error(string text) => console.Error.WriteLine(TerminalText.Clean(text));
}
