using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>A bundle that is in the store now.</summary>
internal sealed record StoredBundle
{
    /// <summary>The bundle's id, the digest of its tar; of bytecode the id of the bundle that it belongs to.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>The length of the tar in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The length of the file in the store.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>How many members there are: files, links and folders.</summary>
    public int FileCount => SortedMembers.Count;

    /// <summary>Whether the store had it already, so that nothing was written.</summary>
    public required bool WasThere { get; init; }

    /// <summary>
    /// Whether its time in the store is now. Where it is not (another user's store, a read-only one), only a lease keeps
    /// the collection from taking it.
    /// </summary>
    public required bool IsFresh { get; init; }

    /// <summary>The digest of each member in the order of <see cref="SortedMembers"/>; <see langword="null"/> for links and folders.</summary>
    public required IReadOnlyList<Sha256Digest?> FileDigests { get; init; }

    /// <summary>The members that were given, sorted as they stand in the bundle.</summary>
    public required IReadOnlyList<BundleMember> SortedMembers { get; init; }
}
