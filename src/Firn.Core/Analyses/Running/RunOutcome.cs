using Firn.Analyses.Observation;
using Firn.Analyses.Records;
using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Analyses.Running;

/// <summary>What came of a run.</summary>
internal sealed record RunOutcome
{
    public required string Reference { get; init; }

    public required Execution Execution { get; init; }

    public required RunStatus Status { get; init; }

    public required string EnvironmentId { get; init; }

    /// <summary>The run's record; <see langword="null"/> where it could not be kept.</summary>
    public StoredRun? Stored { get; init; }

    /// <summary>Why it could not be kept.</summary>
    public FirnException? StoreFailure { get; init; }

    /// <summary>Whether the store has the environment's bytes.</summary>
    public bool IsArchived { get; init; }

    /// <summary>What to say about how it ended; <see langword="null"/> where there is nothing to say.</summary>
    public string? Hint { get; init; }

    /// <summary>What the run was seen to use; <see langword="null"/> where nobody looked.</summary>
    public RunObservation? Observation { get; init; }

    /// <summary>The exit code that stands for the run: the command's own, or 1 where only an output is missing.</summary>
    public int ExitCode => Execution.ExitCode == 0 && Status == RunStatus.Failed ? ExitCodes.Failed : Execution.ExitCode;

    /// <summary>What the file system said of the code that the archive does not hold: <see cref="Building.RunState.Code"/>.</summary>
    public Sha256Digest? Code { get; init; }
}
