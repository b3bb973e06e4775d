using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>What is in a conda environment's site-packages beside what conda put there, as one release of conda sees it.</summary>
/// <param name="Packages">Packages of pip and others, sorted by their anchor.</param>
/// <param name="Clobbered">Packages of conda that were overwritten.</param>
internal sealed record CondaPipView(
    ImmutableArray<CondaPipPackage> Packages, ImmutableArray<CondaClobberedPackage> Clobbered)
{
    public static readonly CondaPipView Empty = new([], []);
}
