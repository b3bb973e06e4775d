using Firn.Conda.Locks;
using Firn.Python.Locks;

namespace Firn.Creation.Planning;

/// <summary>What several files ask for together.</summary>
/// <param name="Distributions">Each once, without those that conda brings.</param>
/// <param name="Conda">The conda packages, without those that give way to a distribution.</param>
internal sealed record MergedPackages(IReadOnlyList<LockedDistribution> Distributions, IReadOnlyList<LockedCondaPackage> Conda);
