using Firn.Analyses.Observation;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>What holds for all runs of one command line.</summary>
internal sealed record RunSettings
{
    /// <summary>The user's variables, home and current folder.</summary>
    public required Surroundings Surroundings { get; init; }

    /// <summary>The store's folder, absolute.</summary>
    public required string Store { get; init; }

    /// <summary>Whether the environment's bytes are kept.</summary>
    public bool IsArchived { get; init; } = true;

    /// <summary>Whether the operating system's interpreter is kept too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>Whether runs go into the store.</summary>
    public bool KeepsRuns { get; init; } = true;

    /// <summary>How runs are observed.</summary>
    public ObservationMode Observes { get; init; } = ObservationMode.Report;

    /// <summary>The command line of this very firn, which follows a run by ptrace where that is asked for.</summary>
    public IReadOnlyList<string> OwnCommand { get; init; } = [];

    /// <summary><c>--threads</c>.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether a change of the environment since the build is an error.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether unchanged analyses run too.</summary>
    public bool IsForced { get; init; }
}
