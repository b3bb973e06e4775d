namespace Firn.Analyses.Observation;

/// <summary>A Python process of a run.</summary>
/// <param name="ProcessId">Its number on the machine it ran on.</param>
/// <param name="Executable">The interpreter, links followed.</param>
/// <param name="Version">For example <c>3.11.7</c>; <see langword="null"/> where it did not report.</param>
/// <param name="IsObserved">Whether it reported what it imported.</param>
/// <param name="Why">Why it could not, for example <c>-I</c>.</param>
internal sealed record ObservedProcess(int ProcessId, string Executable, string? Version, bool IsObserved, string? Why)
{
    /// <summary>Its <c>sys.prefix</c>; <see langword="null"/> where it did not report.</summary>
    public string? Prefix { get; init; }

    /// <summary>Whether it ran the captured environment's Python.</summary>
    public bool IsCaptured { get; init; } = true;
}
