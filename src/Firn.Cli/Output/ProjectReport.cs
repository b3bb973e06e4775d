using System.Collections.Immutable;
using System.Globalization;
using Firn.Common;
using Firn.Runs.Records;
using Firn.Runs.Running;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>The table of results that ends <c>firn run</c>, and where everything is kept.</summary>
/// <param name="console">The terminal.</param>
/// <param name="store">The store.</param>
/// <param name="project">The project's folder as the command line named it, where it did.</param>
/// <param name="storeOption">What names that store on a command line: empty, or with a space before it.</param>
internal sealed class ProjectReport(CommandConsole console, string store, string? project, string storeOption)
{
    public void Write(IReadOnlyList<AnalysisRunResult> results)
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

    private static string Time(AnalysisRunResult result) => result.Run is { } run
        ? run.Duration.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s"
        : string.Empty;

    private static string[] Row(AnalysisRunResult result, int kept, int times)
    {
        var outputs = result.Run is { } run ? Outputs(run.Outputs, run.MissingOutputs)
            : result.Last is { } last ? Outputs(last.Outputs, [])
            : string.Empty;
        return [result.Reference, Word(result), Time(result).PadLeft(times), outputs, Kept(result, kept)];
    }

    private void WriteTrouble(RunReport report, AnalysisRunResult result)
    {
        if (result.Run is { } run)
        {
            report.WriteProblems(run);
            if (run.StoreFailure is { } unkept)
            {
                Error($"error: {result.Reference} ended with {RunReport.Ending(run)}, but the run could not be kept: {OptionNames.Write(unkept.Text)}");
                Error($"hint: its outputs and its log are where it wrote them; {OptionNames.Write(unkept.Hint)}");
            }
        }
        else if (result.Failure is { } failure)
        {
            Error($"error: {result.Reference}: {OptionNames.Write(failure.Text)}");
            Error($"hint: {OptionNames.Write(failure.Hint)}");
        }
    }

    private static string Word(AnalysisRunResult result) => result.Kind switch
    {
        AnalysisResultKind.Succeeded => "done",
        AnalysisResultKind.Failed => "failed",
        AnalysisResultKind.Unchanged => "unchanged",
        AnalysisResultKind.NeedFailed => "not run",
        AnalysisResultKind.Cancelled => "cancelled",
        _ => "not started",
    };

    private static string Kept(AnalysisRunResult result, int width) => result switch
    {
        { FailedNeed: { } need } => $"needs {need}, which did not succeed",
        { Kind: AnalysisResultKind.Failed, Run: { } failed } =>
            $"{RunReport.Ending(failed)}{(Reference(result) is { } reference ? $", kept as {reference}" : string.Empty)}",
        { Run: { } run } => $"{Reference(result)?.PadRight(width)}  {RunReport.Digits(run.EnvironmentId)}{(run.IsArchived ? string.Empty : " (not archived)")}",
        { Last: { } last } => $"{Reference(result)?.PadRight(width)}  {RunReport.Digits(last.EnvironmentId)}",
        _ => string.Empty,
    };

    private static string? Reference(AnalysisRunResult result) =>
        result.Run is { IsKept: true } run ? run.Reference : result.Last?.Reference;

    private static string Outputs(ImmutableArray<ExecutionFile> outputs, ImmutableArray<string> missing)
    {
        if (outputs.IsEmpty && missing.IsEmpty)
        {
            return "no outputs";
        }

        long bytes = 0;
        foreach (var output in outputs)
        {
            bytes += output.Size;
        }

        return $"{CountText.Of(outputs.Length, "output")}, {SizeText.Of(bytes)}";
    }

    private void Line(string text) => console.Output.WriteLine(TerminalText.Clean(text.TrimEnd()));

    private void Error(string text) => console.Error.WriteLine(TerminalText.Clean(text));
}
