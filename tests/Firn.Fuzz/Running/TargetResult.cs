using System.Collections.Immutable;

namespace Firn.Fuzz.Running;

/// <summary>What a target has to show for itself.</summary>
internal sealed record TargetResult(
    string Target,
    long Inputs,
    TimeSpan Time,
    TimeSpan Slowest,
    long SlowestIndex,
    long LargestAllocation,
    ImmutableArray<FuzzFailure> Failures);
