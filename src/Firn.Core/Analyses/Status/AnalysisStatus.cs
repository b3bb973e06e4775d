using System.Collections.Immutable;
using Firn.Analyses.Building;

namespace Firn.Analyses.Status;

/// <summary>Where an analysis stands, and since when.</summary>
internal sealed record AnalysisStatus
{
    public required string Subject { get; init; }

    public required string Name { get; init; }

    public required AnalysisState State { get; init; }

    /// <summary>When it was built; <see langword="null"/> where it never was.</summary>
    public DateTimeOffset? Built { get; init; }

    /// <summary>Its last run, or the one under way.</summary>
    public RunState? Run { get; init; }

    /// <summary>Who runs it now.</summary>
    public string? Holder { get; init; }

    /// <summary>What has changed since the last run, one line each.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];

    /// <summary>The environment of the last run; <see langword="null"/> where the store does not have the run.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The word for a state in documents and tables.</summary>
    public static string Word(AnalysisState state) => state switch
    {
        AnalysisState.NeverBuilt => "never built",
        AnalysisState.Built => "built",
        AnalysisState.Running => "running",
        AnalysisState.Done => "done",
        AnalysisState.Stale => "stale",
        AnalysisState.Failed => "failed",
        _ => "interrupted",
    };
}
