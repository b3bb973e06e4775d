using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>A run as it stands in its chain.</summary>
/// <param name="Record">What was written.</param>
/// <param name="Digest">Of the record's bytes.</param>
/// <param name="IsForgotten">Whether a tombstone takes it out.</param>
internal sealed record StoredRun(RunRecord Record, Sha256Digest Digest, bool IsForgotten)
{
    /// <summary>Whether its files count: no tombstone, and none for it.</summary>
    public bool Counts => !IsForgotten && !Record.IsTombstone;
}
