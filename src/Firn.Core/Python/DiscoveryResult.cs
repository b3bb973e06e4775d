namespace Firn.Python;

/// <summary>What was found on a search path.</summary>
/// <param name="Found">The distributions that count, in the order in which they were found.</param>
/// <param name="Shadowed">Those that a distribution of the same name hides, with the one that hides it.</param>
internal sealed record DiscoveryResult(
    IReadOnlyList<InstalledMetadata> Found, IReadOnlyList<ShadowedMetadata> Shadowed);
