using Firn.Restore.Unpacking;

namespace Firn.Workflows;

/// <summary>How the files of a prefix came there.</summary>
/// <param name="Linked">Files that are hard links into the cache of unpacked bundles.</param>
/// <param name="Cloned">Files that share blocks with those of the cache until either is changed.</param>
/// <param name="Copied">Files of their own.</param>
/// <param name="Bytes">Bytes of all of them.</param>
public sealed record RestoredFiles(long Linked, long Cloned, long Copied, long Bytes)
{
    /// <summary>Files, however they came.</summary>
    public long Count => Linked + Cloned + Copied;

    internal static RestoredFiles Of(RestoreCounts counts) => new(counts.Linked, counts.Cloned, counts.Copied, counts.Bytes);
}
