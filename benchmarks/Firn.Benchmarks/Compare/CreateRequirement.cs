namespace Firn.Benchmarks.Compare;

/// <summary>How many times faster than a peer Firn has to be.</summary>
/// <param name="Title">At what.</param>
/// <param name="Own">Firn's times.</param>
/// <param name="Peer">The peer's times.</param>
/// <param name="RequiredFactor">The factor; <see langword="null"/> where it is only shown.</param>
internal sealed record CreateRequirement(string Title, Timings Own, Timings Peer, double? RequiredFactor)
{
    public double Factor => Peer.Minimum / Own.Minimum;

    /// <summary>The same of processor times: that is left of it where the machine is busy.</summary>
    public double ProcessorFactor =>
        Own.Processor.Min() > TimeSpan.Zero ? Peer.Processor.Min() / Own.Processor.Min() : double.NaN;

    /// <summary>Whether the factor is required of the processor times.</summary>
    public bool IsOfProcessor { get; init; }

    public bool IsMet => RequiredFactor is not { } required || (IsOfProcessor ? ProcessorFactor : Factor) >= required;
}
