using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Analyses.Observation;

/// <summary>What a run really imported and loaded, beside what was captured (docs/formats/observation.md).</summary>
internal sealed record RunObservation
{
    public const string Schema = "firn.observation/1";

    /// <summary>The processes of the run that ran Python, in the order they were met.</summary>
    public required ImmutableArray<ObservedProcess> Processes { get; init; }

    /// <summary>The distributions that were imported, sorted by name.</summary>
    public ImmutableArray<UsedDistribution> Used { get; init; } = [];

    /// <summary>The names of captured distributions that were not imported, sorted.</summary>
    public ImmutableArray<string> Unused { get; init; } = [];

    /// <summary>Modules and libraries that came from outside the environment and the project.</summary>
    public ImmutableArray<OutsideFile> Outside { get; init; } = [];

    /// <summary>The OpenMP runtimes that one process had mapped together; more than one entry is a finding.</summary>
    public ImmutableArray<string> OpenMpRuntimes { get; init; } = [];

    public ImmutableArray<Problem> Problems { get; init; } = [];
}
