using Firn.Captures.Archives.Making;
using Firn.Captures.Archives.Planning;
using Firn.Captures.Archives.Unchanged;

namespace Firn.Captures.Archives;

/// <summary>A plan, and which of its bundles the store is known to have without a look at their files.</summary>
internal sealed class PreparedArchive
{
    public required ArchivePlan Plan { get; init; }

    /// <summary>Bundles of which no file has changed since they were archived.</summary>
    public required IReadOnlyDictionary<PlannedBundle, MadeBundle> Unchanged { get; init; }

    /// <summary>Bundles whose files are to be read.</summary>
    public required IReadOnlyList<QueuedBundle> Changed { get; init; }

    /// <summary>Remembers for the next time; <see langword="null"/> in a dry run.</summary>
    public UnchangedIndex? Index { get; init; }

    /// <summary>All that was looked at, as one digest; <see langword="null"/> where there is more to an archive.</summary>
    public BundleFingerprint? Fingerprint { get; init; }

    /// <summary>The archive that the store has of exactly these files; nothing else was planned then.</summary>
    public ArchiveDocument? Same { get; init; }

    /// <summary>Bytes to read.</summary>
    public long Size
    {
        get
        {
            long size = 0;
            foreach (var bundle in Changed)
            {
                size += bundle.Size;
            }

            return size;
        }
    }

    /// <summary>Files to read.</summary>
    public int FileCount
    {
        get
        {
            var count = 0;
            foreach (var bundle in Changed)
            {
                count += bundle.Bundle.FileCount;
            }

            return count;
        }
    }

    /// <summary>Bytes that need not be read.</summary>
    public long UnchangedSize => Unchanged.Keys.Sum(bundle => bundle.Size + bundle.BytecodeSize);
}
