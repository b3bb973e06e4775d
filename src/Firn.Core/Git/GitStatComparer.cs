using Firn.Common.Files;
using Firn.Git.Configuration;
using Firn.Git.Objects;

namespace Firn.Git;

/// <summary>
/// When what the file system says of a file is enough to take it for unchanged (git: read-cache.c,
/// <c>ie_match_stat</c> and <c>match_stat_data</c>). More exact than git, which compares whole seconds only.
/// </summary>
internal sealed class GitStatComparer(GitConfig config, FileStat index)
{
    private readonly bool _isMinimal =
        string.Equals(config.Get("core.checkstat"), "minimal", StringComparison.OrdinalIgnoreCase);

    private readonly bool _trustsChangeTime = config.GetBoolean("core.trustctime", whenUnset: true);

    /// <summary>Whether the permission to execute counts.</summary>
    public bool HasFileMode { get; } =
        !OperatingSystem.IsWindows() && config.GetBoolean("core.filemode", whenUnset: true);

    /// <summary>Whether links are checked out as links.</summary>
    public bool HasLinks { get; } = config.GetBoolean("core.symlinks", whenUnset: true);

    /// <summary>Whether the size is the one in the index, which keeps 32 bits of it and no 0 for a multiple of 4 GiB.</summary>
    public static bool HasSize(GitIndexEntry entry, long size)
    {
        var low = (uint)size;
        return entry.Size == low || (low == 0 && size != 0 && entry.Size == 0x80000000);
    }

    /// <summary>Whether the file is certainly what it was when the index was written.</summary>
    public bool IsUnchanged(GitIndexEntry entry, FileStat stat) =>
        HasSize(entry, stat.Size)
        && IsTime(entry.ModifiedSeconds, entry.ModifiedNanoseconds, stat.ModifiedSeconds, stat.ModifiedNanoseconds)
        && (_isMinimal || IsSameFile(entry, stat))
        && !IsRacy(entry);

    private bool IsSameFile(GitIndexEntry entry, FileStat stat)
    {
        var isInode = stat.Inode == 0 || entry.Inode == 0 || entry.Inode == (uint)stat.Inode;
        return isInode
            && (!_trustsChangeTime || stat.ChangedSeconds == 0
                || IsTime(entry.ChangedSeconds, entry.ChangedNanoseconds, stat.ChangedSeconds, stat.ChangedNanoseconds));
    }

    /// <summary>Nanoseconds count only where whoever wrote the index kept them.</summary>
    private static bool IsTime(uint seconds, uint nanoseconds, long otherSeconds, uint otherNanoseconds) =>
        seconds == (uint)otherSeconds
        && (nanoseconds == 0 || otherNanoseconds == 0 || nanoseconds == otherNanoseconds);

    /// <summary>
    /// A file as young as the index may have changed after it was read, within one tick of the clock (git:
    /// Documentation/technical/racy-git). An entry of size 0 with a content is how git itself marks such files.
    /// </summary>
    private bool IsRacy(GitIndexEntry entry)
    {
        if (entry.Size == 0 && !IsEmptyBlob(entry.ObjectId))
        {
            return true;
        }

        // The file's own time may lie in any year: where the file system's is there and counts, a change would show in it.
        return IsYoung(entry.ModifiedSeconds, entry.ModifiedNanoseconds)
            && (_isMinimal || !_trustsChangeTime || entry.ChangedSeconds == 0
                || IsYoung(entry.ChangedSeconds, entry.ChangedNanoseconds));
    }

    private bool IsYoung(uint seconds, uint nanoseconds) => seconds != (uint)index.ModifiedSeconds
        ? seconds > (uint)index.ModifiedSeconds
        : nanoseconds == 0 || index.ModifiedNanoseconds == 0 || nanoseconds >= index.ModifiedNanoseconds;

    private static bool IsEmptyBlob(ReadOnlySpan<byte> id) =>
        id.StartsWith((ReadOnlySpan<byte>)[0xE6, 0x9D, 0xE2, 0x9B, 0xB2, 0xD1, 0xD6, 0x43])
        || id.StartsWith((ReadOnlySpan<byte>)[0x47, 0x3A, 0x0F, 0x4C, 0x3B, 0xE8, 0xA9, 0x36]);
}
