using System.Collections.Immutable;
using Firn.Captures.Differences;
using Firn.Common;

namespace Firn.Captures.Verification;

/// <summary>Whether an environment is what a capture says.</summary>
internal sealed record VerificationResult
{
    /// <summary>The environment id of the capture.</summary>
    public required string CapturedId { get; init; }

    /// <summary>The environment id of the environment now.</summary>
    public required string ObservedId { get; init; }

    /// <summary>The prefix that was looked at.</summary>
    public required string Prefix { get; init; }

    /// <summary>What differs and belongs to the environment.</summary>
    public ImmutableArray<Difference> Differences { get; init; } = [];

    /// <summary>What differs and belongs to the machine: its facts, variables, libraries.</summary>
    public ImmutableArray<Difference> Notes { get; init; } = [];

    /// <summary>Files that differ, sorted by path; only where they were read.</summary>
    public ImmutableArray<FileDifference> Files { get; init; } = [];

    /// <summary>Whether the files were read.</summary>
    public bool ReadsData { get; init; }

    /// <summary>How many files were read.</summary>
    public long FileCount { get; init; }

    /// <summary>Their bytes.</summary>
    public long ByteCount { get; init; }

    /// <summary>What could not be checked.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Parts of what the environment runs that were not compared; only where files were read.</summary>
    public ImmutableArray<UncomparedPart> Uncompared { get; init; } = [];

    /// <summary>How many compiled files Python would run that nothing was archived for: nothing proves them.</summary>
    public long UnprovenCount => Uncompared.Where(static part => part.Code == UncomparedPart.Bytecode).Sum(static part => part.Count);

    /// <summary>Whether files were to be compared, and there was none that could be: nothing is said of them then.</summary>
    public bool IsUncompared => ReadsData && FileCount == 0;

    /// <summary>Whether the environment is equal, as far as was looked.</summary>
    public bool AreEqual => Differences.IsEmpty && Files.IsEmpty && !IsUncompared;
}
