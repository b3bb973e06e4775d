using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>An archive that is in the store.</summary>
/// <param name="Document">What it holds.</param>
/// <param name="Digest">The document's digest.</param>
/// <param name="Capture">The digest of the capture's document that the record names.</param>
/// <param name="Number">The number of its record in the environment's chain.</param>
/// <param name="IsNew">Whether the record was added now; if not, the last archive of this environment is the same.</param>
/// <param name="Progress">What was read and stored for it.</param>
internal sealed record ArchiveOutcome(
    ArchiveDocument Document, Sha256Digest Digest, Sha256Digest Capture, int Number, bool IsNew, ArchiveProgress Progress)
{
    /// <summary>What in the environment is not what the archive means.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
