using Firn.Common;
using Firn.Runs.Observation;
using Firn.Storage.Records;
using Firn.Workflows;

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
    public void WriteAdHoc(RunResult run)
    {
        WriteProblems(run);
        if (run.IsKept)
        {
            var state = run.Status == RunStatus.Failed ? $" failed ({Ending(run)}), and" : string.Empty;
            // Without the environment's bytes there is nothing to run it again with.
            var archived = run.IsArchived ? string.Empty : " (not archived)";
            Line($"firn:{state} kept as {run.Reference}, environment {Short(run.EnvironmentId)}{archived}");
            Line($"firn: in {store}{(run.IsArchived ? $"; again: firn rerun {run.Reference}{storeOption}" : string.Empty)}");
        }
        else if (run.StoreFailure is { } failure)
        {
            Line($"error: the command ended with {Ending(run)}, but the run could not be kept: {OptionNames.Write(failure.Text)}");
            Line($"hint: its outputs are where it wrote them, its log is in {run.KeptFolder}; {OptionNames.Write(failure.Hint)}");
        }
    }

    /// <summary>What was doubtful about a run.</summary>
    public void WriteProblems(RunResult run)
    {
        foreach (var problem in run.Problems)
        {
            Line($"warning: {OptionNames.Write(problem)}");
        }

        foreach (var missing in run.MissingOutputs)
        {
            Line($"error: the output {missing} of {run.Analysis} is missing");
        }

        if (run.Observation is { } observation)
        {
            WriteObservation(observation);
        }

        if (run.Hint is { } hint)
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
            Line($"warning: {lines.Count - MaxLines} more, in observation.json among the run's files");
        }
    }

    /// <summary>How a run ended, in a few words.</summary>
    public static string Ending(RunResult run) =>
        run.Signal is { } signal ? signal
        : run.CommandExitCode == 0 && run.MissingOutputs.Length > 0 ? "an output is missing"
        : $"exit code {run.CommandExitCode}";

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
