using System.Collections.Immutable;
using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Creation.Ingestion;
using Firn.Restore.Planning;
using Firn.Restore.Results;

namespace Firn.Creation;

/// <summary>An environment that was made.</summary>
internal sealed record CreationResult
{
    public required RestorePlan Plan { get; init; }

    public required RestoreResult Restored { get; init; }

    /// <summary>What it is, as it lies on disk.</summary>
    public required Capture Capture { get; init; }

    /// <summary>Its archive in the store.</summary>
    public required ArchiveOutcome Archive { get; init; }

    public required IReadOnlyList<IngestedPackage> Packages { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>How many packages the store had before.</summary>
    public int WereThere => Packages.Count(package => package.WasThere);
}
