namespace Firn.Benchmarks.Compare;

/// <summary>What <c>firn run</c> adds to a command that does nothing.</summary>
/// <param name="Title">In which environment.</param>
/// <param name="Bare">The command itself.</param>
/// <param name="Kept">Run by Firn, its environment and record kept, and not observed.</param>
/// <param name="Observed">Observed too: what a plain <c>firn run</c> does.</param>
/// <param name="StartUp">Firn doing nothing: the part of its time that is the runtime's.</param>
/// <param name="Allowed">What may be added; <see langword="null"/> where nothing is required.</param>
internal sealed record RunOverhead(
    string Title, Timings Bare, Timings Kept, Timings Observed, Timings StartUp, TimeSpan? Allowed)
{
    /// <summary>Of the runs that were disturbed least.</summary>
    public TimeSpan Minimum(Timings timings) => timings.Minimum - Bare.Minimum;

    public TimeSpan Median(Timings timings) => timings.Median - Bare.Median;

    public bool IsMet => Allowed is not { } allowed || (Minimum(Kept) < allowed && Minimum(Observed) < allowed);
}
