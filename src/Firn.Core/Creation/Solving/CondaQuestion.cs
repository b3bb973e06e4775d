using System.Collections.Immutable;
using Firn.Conda.Locks;

namespace Firn.Creation.Solving;

/// <summary>What a solver of conda is asked.</summary>
/// <param name="Specs">What is wanted.</param>
/// <param name="Channels">Where from, the first one first; empty for the solver's own.</param>
/// <param name="Platform">For example <c>linux-64</c>.</param>
internal sealed record CondaQuestion(ImmutableArray<MatchSpec> Specs, ImmutableArray<string> Channels, string Platform);
