using System.Collections.Immutable;

namespace Firn.Storage.Asimov;

/// <summary>What an export or an import came to.</summary>
internal sealed record AsimovReport
{
    /// <summary>Files written, or taken over.</summary>
    public int Files { get; init; }

    /// <summary>Files that were there already, with the same content.</summary>
    public int Unchanged { get; init; }

    /// <summary>Files that an export removed, because no run has them any more.</summary>
    public int Removed { get; init; }

    /// <summary>Analyses that an import added a run to.</summary>
    public int Runs { get; init; }

    /// <summary>What went otherwise than its name says, and is right all the same: a line each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What could not be done, or is wrong: a line each.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];
}
