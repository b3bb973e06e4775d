using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>What one page of a channel has of what was looked for.</summary>
internal sealed record RepodataPage
{
    /// <summary>The packages, <c>.conda</c> in place of the <c>.tar.bz2</c> of the same name.</summary>
    public ImmutableArray<LockedCondaPackage> Packages { get; init; } = [];

    /// <summary>The file names of packages that have a name that was looked for; not all of them where there are many.</summary>
    public ImmutableArray<string> NearMisses { get; init; } = [];

    /// <summary>The file names that the channel has taken back, as far as they were looked for.</summary>
    public ImmutableArray<string> Removed { get; init; } = [];

    /// <summary>What is wrong with the page.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
