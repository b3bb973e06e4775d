using System.Collections.Immutable;
using Firn.Python.Locks;

namespace Firn.Creation.Solving;

/// <summary>What a solver of Python distributions chose.</summary>
/// <param name="Distributions">Exact distributions.</param>
/// <param name="Solver">Its name and version, for example <c>pip 23.2.1</c>.</param>
internal sealed record PythonSolution(ImmutableArray<LockedDistribution> Distributions, string Solver);
