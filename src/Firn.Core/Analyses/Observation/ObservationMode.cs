namespace Firn.Analyses.Observation;

/// <summary>How a run is observed.</summary>
internal enum ObservationMode
{
    /// <summary>Not at all (<c>--no-observe</c>).</summary>
    Off,

    /// <summary>Each Python reports, and the processes are followed in <c>/proc</c>.</summary>
    Report,

    /// <summary>Each Python reports, and the processes are followed by <c>ptrace(2)</c>, which misses none.</summary>
    Trace,
}
