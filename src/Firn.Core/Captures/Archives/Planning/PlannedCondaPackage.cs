using Firn.Conda.Linking;

namespace Firn.Captures.Archives.Planning;

/// <summary>A conda package to be archived.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Prefixes">What the prefix is called in its files.</param>
internal sealed record PlannedCondaPackage(CondaLinkRecord Record, IReadOnlyList<string> Prefixes);
