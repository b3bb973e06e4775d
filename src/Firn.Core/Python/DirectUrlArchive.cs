using System.Collections.Immutable;

namespace Firn.Python;

/// <summary>Where a distribution came from: a wheel or a source archive.</summary>
/// <param name="LegacyHash">The deprecated <c>hash</c>, verbatim.</param>
/// <param name="Hashes">The digests in the order of the file; of the deprecated <c>hash</c> where there is no <c>hashes</c>.</param>
internal sealed record DirectUrlArchive(string? LegacyHash, ImmutableArray<DirectUrlHash> Hashes);
