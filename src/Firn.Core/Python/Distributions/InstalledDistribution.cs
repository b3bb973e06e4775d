using System.Collections.Immutable;

namespace Firn.Python.Distributions;

/// <summary>A distribution, and the compiled files that its RECORD lists.</summary>
internal sealed record InstalledDistribution(Distribution Distribution, ImmutableArray<string> NativeFiles);
