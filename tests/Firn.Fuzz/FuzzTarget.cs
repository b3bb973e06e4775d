using System.Collections.Immutable;

namespace Firn.Fuzz;

/// <summary>A parser, or several that read the same bytes.</summary>
internal sealed record FuzzTarget
{
    public required string Name { get; init; }

    /// <summary>Where mutations start from.</summary>
    public required ImmutableArray<FuzzSeed> Seeds { get; init; }

    /// <summary>What the format is made of; put in at random places.</summary>
    public ImmutableArray<byte[]> Tokens { get; init; } = [];

    /// <summary>Reads one input; throws what the parser throws.</summary>
    public required Action<byte[]> Run { get; init; }

    /// <summary>How many inputs of others one input of this target costs.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>Whether it works in several threads, so that the allocations of all of them count.</summary>
    public bool UsesThreads { get; init; }
}
