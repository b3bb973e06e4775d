using Firn.Common;
using Firn.Runs.Observation;
using Firn.Runs.Running;
using Firn.Storage.Records;

namespace Firn.Cli.Output;

/// <summary>What a user is told of runs that have ended. It goes to standard error: standard output is the command's.</summary>
/// <param name="console">Where it goes.</param>
/// <param name="store">The store's folder.</param>
/// <param name="storeOption">What names that store on a command line: empty, or with a space before it.</param>
internal sealed class RunReport(CommandConsole console, string store, string storeOption = "")
{
    /// <summary>Reading less than that takes no time worth a word.</summary>
    public const long ManyBytes = 10_000_000;

    /// <summary>What is said before so many bytes of an environment are read.</summary>
    public static string Archiving(long bytes) => $"keeping the environment, {SizeText.Of(bytes)} that are new or changed";

    private const int MaxLines = 12;

    /// <summary>What was doubtful, and where it is kept.</summary>
    public void WriteAdHoc(RunOutcome outcome, string? folder)
    {
        WriteProblems(outcome);
        if (outcome.Stored is { } stored)
        {
            var record = stored.Record;
            var reference = $"{record.Subject}/{record.Name}@{record.Number}";
            var state = outcome.Status == RunStatus.Failed ? $" failed ({Ending(outcome)}), and" : string.Empty;
            // Without the environment's bytes there is nothing to run it again with.
            var archived = outcome.IsArchived ? string.Empty : " (not archived)";
            Line($"firn:{state} kept as {reference}, environment {Short(outcome.EnvironmentId)}{archived}");
            Line($"firn: in {store}{(outcome.IsArchived ? $"; again: firn rerun {reference}{storeOption}" : string.Empty)}");
        }
        else if (outcome.StoreFailure is { } failure)
        {
            Line($"error: the command ended with {Ending(outcome)}, but the run could not be kept: {OptionNames.Write(failure.Text)}");
            Line($"hint: its outputs are where it wrote them, its log is in {folder}; {OptionNames.Write(failure.Hint)}");
        }
    }

    /// <summary>What was doubtful about a run.</summary>
    public void WriteProblems(RunOutcome outcome)
    {
        foreach (var problem in outcome.Execution.Problems)
        {
            Line($"warning: {OptionNames.Write(problem)}");
        }

        foreach (var missing in outcome.Execution.MissingOutputs)
        {
            Line($"error: the output {missing} of {outcome.Reference} is missing");
        }

        if (outcome.Observation is { } observation)
        {
            WriteObservation(observation);
        }

        if (outcome.Hint is { } hint)
        {
            Line($"hint: {hint}");
        }
    }

    /// <summary>What the run used that is not what was captured.</summary>
    private void WriteObservation(RunObservation observation)
    {
        // The observation's problems name what was shadowed; what hides nothing is told here.
        var lines = observation.Problems.Select(problem => OptionNames.Write(problem).ToString()).ToList();
        foreach (var file in observation.Outside)
        {
            if (file.Shadows is null && !file.IsLibrary)
            {
                lines.Add($"the module {file.Name} is not of the environment: {file.Path}");
            }
        }

        foreach (var line in lines.Take(MaxLines))
        {
            Line($"warning: {line}");
        }

        if (lines.Count > MaxLines)
        {
            Line($"warning: {lines.Count - MaxLines} more, in {Firn.Runs.Records.RunFileNames.Observation} among the run's files");
        }
    }

    /// <summary>How a run ended, in a few words.</summary>
    public static string Ending(RunOutcome outcome)
    {
        var execution = outcome.Execution;
        return execution.Signal is { } signal ? signal
            : execution.ExitCode == 0 && execution.MissingOutputs.Length > 0 ? "an output is missing"
            : $"exit code {execution.ExitCode}";
    }

    /// <summary>The same without its kind, for tables: commands that take an id take its digits.</summary>
    public static string Digits(string environmentId) => Short(environmentId)[(Short(environmentId).LastIndexOf(':') + 1)..];

    /// <summary>As much of an environment id as tells environments apart.</summary>
    public static string Short(string environmentId)
    {
        const int digits = 12;
        var colon = environmentId.LastIndexOf(':');
        return environmentId.Length > colon + 1 + digits ? environmentId[..(colon + 1 + digits)] : environmentId;
    }

    private void Line(string text) => console.Error.WriteLine(TerminalText.Clean(text));
}
