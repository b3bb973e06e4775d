namespace Firn.Analyses.Status;

/// <summary>Where an analysis stands.</summary>
internal enum AnalysisState
{
    NeverBuilt,
    Built,
    Running,
    Done,

    /// <summary>Done, and something has changed since.</summary>
    Stale,
    Failed,

    /// <summary>Its process was killed before it could say how it went.</summary>
    Interrupted,
}
