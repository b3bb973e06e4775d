using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Analyses.Observation;

/// <summary>What a run really imported and loaded, beside what was captured (docs/formats/observation.md).</summary>
internal sealed record RunObservation
{
    public const string Schema = "firn.observation/1";

    public ObservationMode Mode { get; init; } = ObservationMode.Report;

    /// <summary>The processes of the run that ran Python, by their numbers.</summary>
    public required ImmutableArray<ObservedProcess> Processes { get; init; }

    /// <summary>The distributions that were imported, sorted by name.</summary>
    public ImmutableArray<UsedDistribution> Used { get; init; } = [];

    /// <summary>The names of captured distributions that were not imported, sorted.</summary>
    public ImmutableArray<string> Unused { get; init; } = [];

    /// <summary>Modules and libraries that came from elsewhere than the capture and the project, sorted by name.</summary>
    public ImmutableArray<OutsideFile> Outside { get; init; } = [];

    /// <summary>
    /// The files of the OpenMP runtimes that one process had mapped together, links followed; more than one is a finding.
    /// </summary>
    public ImmutableArray<string> OpenMpRuntimes { get; init; } = [];

    /// <summary>Whether they are a pair that is known to crash or to hang: LLVM's and Intel's.</summary>
    public bool HasOpenMpConflict { get; init; }

    public ImmutableArray<Problem> Problems { get; init; } = [];
}
