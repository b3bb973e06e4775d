using System.Collections.Immutable;

namespace Firn.Python.Indexes;

/// <summary>What is to be installed of a distribution: a wheel, or why there is none.</summary>
internal sealed record WheelChoice
{
    /// <summary>The wheel; <see langword="null"/> where none fits.</summary>
    public IndexFile? Wheel { get; init; }

    /// <summary>Why there is no wheel: half a sentence for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>The source archive that pip would build, where no wheel fits and one may be taken.</summary>
    public IndexFile? Source { get; init; }

    /// <summary>
    /// The digests of which the download must have one: those that the requirement allows, else the index's own; empty
    /// where nobody tells one.
    /// </summary>
    public ImmutableArray<IndexHash> AllowedHashes { get; init; } = [];
}
