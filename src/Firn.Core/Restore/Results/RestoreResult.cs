using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Restore.Results;

/// <summary>What a restore did.</summary>
internal sealed record RestoreResult
{
    /// <summary>The restored prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>How its files came there.</summary>
    public required RestoreCounts Counts { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
