using System.Collections.Immutable;
using Firn.Common;
using Firn.Runs.Observation;
using Firn.Runs.Records;
using Firn.Runs.Running;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>A run that has ended.</summary>
public sealed record RunResult
{
    internal RunResult(RunOutcome outcome, string store)
    {
        Outcome = outcome;
        Store = store;
    }

    /// <summary><c>SUBJECT/NAME</c>, with <c>@N</c> where the run is in the store.</summary>
    public string Reference => Outcome.Stored is { } stored ? KeptRun.ReferenceOf(stored.Record) : Outcome.Reference;

    /// <summary><c>SUBJECT/NAME</c>.</summary>
    public string Analysis => Outcome.Reference;

    /// <summary>Whether it succeeded.</summary>
    public RunStatus Status => Outcome.Status;

    /// <summary>The exit code that stands for the run: the command's own, or 1 where only an output is missing.</summary>
    public int ExitCode => Outcome.ExitCode;

    /// <summary>The exit code of the command; 128 and the signal's number where a signal ended it.</summary>
    public int CommandExitCode => Outcome.Execution.ExitCode;

    /// <summary>The name of the signal that ended the command, for example <c>SIGKILL</c>; <see langword="null"/> where none did.</summary>
    public string? Signal => Outcome.Execution.Signal;

    /// <summary>How long the command ran.</summary>
    public TimeSpan Duration => Outcome.Execution.Ended - Outcome.Execution.Started;

    /// <summary>The environment it ran in.</summary>
    public string EnvironmentId => Outcome.EnvironmentId;

    /// <summary>Whether the store has the environment's bytes.</summary>
    public bool IsArchived => Outcome.IsArchived;

    /// <summary>What it wrote, as far as that is declared.</summary>
    public ImmutableArray<ExecutionFile> Outputs => Outcome.Execution.Outputs;

    /// <summary>The declared outputs that nothing was found for.</summary>
    public ImmutableArray<string> MissingOutputs => Outcome.Execution.MissingOutputs;

    /// <summary>Whether the run is in the store.</summary>
    public bool IsKept => Outcome.Stored is not null;

    /// <summary>Why the run could not be kept; <see langword="null"/> where it is in the store, or was not to be.</summary>
    public FirnException? StoreFailure => Outcome.StoreFailure;

    /// <summary>What was met.</summary>
    public IReadOnlyList<Problem> Problems => Outcome.Execution.Problems;

    /// <summary>What it was seen to use of its environment, and beside it; <see langword="null"/> where nobody looked.</summary>
    public RunObservation? Observation => Outcome.Observation;

    /// <summary>What to do about how it ended; <see langword="null"/> where there is nothing to say.</summary>
    public string? Hint => Outcome.Hint;

    /// <summary>The store's folder.</summary>
    public string Store { get; }

    /// <summary>The folder with log and outputs of a command that could not be kept.</summary>
    public string? KeptFolder { get; init; }

    /// <summary>All that is known of it.</summary>
    internal RunOutcome Outcome { get; }
}

/// <summary>A run in the store that still holds, since nothing has changed.</summary>
public sealed record KeptRun
{
    internal KeptRun(RecordedRun run) => Run = run;

    /// <summary><c>SUBJECT/NAME@N</c>.</summary>
    public string Reference => ReferenceOf(Run.Record);

    /// <summary>The environment it ran in.</summary>
    public string EnvironmentId => Run.Capture.EnvironmentId;

    /// <summary>What it wrote, as far as that is declared.</summary>
    public ImmutableArray<ExecutionFile> Outputs => Run.Execution.Outputs;

    internal RecordedRun Run { get; }

    internal static string ReferenceOf(RunRecord record) => $"{record.Subject}/{record.Name}@{record.Number}";
}
