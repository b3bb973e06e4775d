using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>What became of one analysis of a command line.</summary>
internal sealed record AnalysisResult
{
    public required string Reference { get; init; }

    public required AnalysisResultKind Kind { get; init; }

    /// <summary>The run, where there was one.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>The run in the store that still holds, where nothing had changed.</summary>
    public LastRun? Last { get; init; }

    /// <summary>Why it could not be started.</summary>
    public FirnException? Failure { get; init; }

    /// <summary>The analysis that it needs and that did not succeed.</summary>
    public string? FailedNeed { get; init; }

    /// <summary>Whether what needs it may run.</summary>
    public bool HasSucceeded => Kind is AnalysisResultKind.Succeeded or AnalysisResultKind.Unchanged;
}
