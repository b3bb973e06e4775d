using Firn.Common;

namespace Firn.Restore.Caching;

/// <summary>A compiled file as the list of relocated files has it.</summary>
/// <param name="Place">Where it goes; its run path is right for no other place.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Time">In seconds since 1970.</param>
/// <param name="Inode">Of the file in the cache.</param>
/// <param name="Published">The digest of its bytes in the bundle; <see langword="null"/> where it could not be relocated.</param>
/// <param name="Digest">The digest of its bytes in the cache; <see langword="null"/> where it could not be relocated.</param>
internal sealed record RelocatedMember(
    string Place, long Size, long Time, ulong Inode, Sha256Digest? Published, Sha256Digest? Digest)
{
    /// <summary>Its number among the relocated files of the list.</summary>
    public int Index { get; init; }
}
