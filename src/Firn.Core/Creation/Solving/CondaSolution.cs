using System.Collections.Immutable;
using Firn.Conda.Locks;

namespace Firn.Creation.Solving;

/// <summary>What a solver of conda chose.</summary>
/// <param name="Packages">Exact archives.</param>
/// <param name="Solver">Its name and version, for example <c>micromamba 2.3.0</c>.</param>
internal sealed record CondaSolution(ImmutableArray<LockedCondaPackage> Packages, string Solver);
