using System.Collections.Immutable;

namespace Firn.Analyses.Observation;

/// <summary>A distribution that a run imported from.</summary>
/// <param name="Name">As it is captured, or as its files name it where it was not captured.</param>
/// <param name="Version">The version that was loaded.</param>
/// <param name="Captured">The version in the capture; <see langword="null"/> where it was not captured.</param>
/// <param name="Modules">The top-level modules that were imported, sorted.</param>
internal sealed record UsedDistribution(string Name, string Version, string? Captured, ImmutableArray<string> Modules);
