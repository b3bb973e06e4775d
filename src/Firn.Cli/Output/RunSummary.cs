using System.Globalization;
using Firn.Common;
using Firn.Runs.Observation;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>What a run did and used, for a person.</summary>
internal sealed class RunSummary(TextWriter output)
{
    /// <summary>Writes it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="execution">What it did.</param>
    /// <param name="observation">What it used, where that was observed.</param>
    public void Write(StoredResult run, RunExecution execution, RunObservation? observation)
    {
        Line("Run", $"{run.Reference}, {RunTable.Word(run.Status)}");
        WriteExecution(execution);
        Line("Recorded", TimeText.Of(run.Created));
        foreach (var environment in run.Environments)
        {
            Line("Environment", $"{environment.EnvironmentId} at {environment.When}");
        }

        Line("Files", CountText.Of(run.Files.Length, "file"));
        if (observation is null || observation.Mode == ObservationMode.Off)
        {
            Line("Observed", "no");
        }
        else
        {
            WriteObservation(observation);
        }
    }

    private void WriteExecution(RunExecution execution)
    {
        if (!execution.Command.IsEmpty)
        {
            Line("Command", string.Join(' ', execution.Command.Select(Quoted)));
        }

        if (execution.Started is { } started)
        {
            var took = execution.Milliseconds is { } milliseconds ? $", {Duration(milliseconds)}" : string.Empty;
            Line("Started", started + took);
        }

        if (execution.ExitCode is { } code)
        {
            var signal = execution.Signal is { } name ? $" ({name})" : string.Empty;
            Line("Exit code", code.ToString(CultureInfo.InvariantCulture) + signal);
        }

        if (execution.Image is { } image)
        {
            Line("In image", execution.Engine is { } engine ? $"{image}, by {engine}" : image);
        }

        foreach (var change in execution.ChangesSinceBuild)
        {
            Line("Since build", change);
        }

        foreach (var missing in execution.MissingOutputs)
        {
            Line("Missing output", missing);
        }
    }

    private void WriteObservation(RunObservation observation)
    {
        var silent = observation.Processes.Count(static process => !process.IsObserved);
        Line("Observed", $"{Processes(observation.Processes.Length)} of Python"
            + (silent == 0 ? string.Empty : $", {silent} of them did not report"));
        List("Used", observation.Used.Select(Used));
        List("Not used", observation.Unused);
        foreach (var file in observation.Outside)
        {
            Line("Outside", file.Shadows is { } shadows
                ? $"{file.Name} from {file.Path}, in place of {(shadows == "python" ? "the standard library's" : shadows + "'s")}"
                : $"{file.Name} from {file.Path}");
        }

        if (!observation.OpenMpRuntimes.IsEmpty)
        {
            Line("OpenMP", string.Join(", ", observation.OpenMpRuntimes));
        }

        foreach (var problem in observation.Problems)
        {
            Line("Problem", problem.ToString());
        }
    }

    private void List(string title, IEnumerable<string> names)
    {
        var all = names.ToList();
        FittedText.WriteWords(output, $"{title,-15} {(all.Count == 0 ? "nothing" : $"{all.Count}: {string.Join(", ", all)}")}", indent: 16);
    }

    private static string Used(UsedDistribution used) => used.Captured switch
    {
        null => $"{used.Name} {used.Version} (not captured)",
        var captured when captured != used.Version => $"{used.Name} {used.Version} (captured: {captured})",
        _ => $"{used.Name} {used.Version}",
    };

    private static string Processes(int count) => count == 1 ? "1 process" : $"{count:N0} processes";

    private static string Duration(long milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.0} s");

    /// <summary>An argument as a shell takes it.</summary>
    private static string Quoted(string argument)
    {
        var isPlain = argument.Length > 0;
        foreach (var c in argument)
        {
            isPlain &= char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or ':' or ',' or '+' or '@' or '%';
        }

        return isPlain ? argument : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    private void Line(string title, string text) => output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
