namespace Firn.Host;

/// <summary>The C library.</summary>
/// <param name="Name"><c>glibc</c> or <c>musl</c>.</param>
/// <param name="Version">Its version, where a file or the library tells.</param>
public sealed record LibcFacts(string Name, string? Version);
