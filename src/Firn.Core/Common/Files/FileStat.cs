namespace Firn.Common.Files;

/// <summary>What the file system says of a path, links not followed.</summary>
internal readonly record struct FileStat
{
    /// <summary>S_IFMT: the bits of the mode that tell the kind.</summary>
    public const uint KindMask = 0xF000;

    public const uint Directory = 0x4000;
    public const uint RegularFile = 0x8000;
    public const uint Link = 0xA000;

    public uint Mode { get; init; }

    public uint User { get; init; }

    /// <summary>How many names the file has; 0 where the system does not tell it.</summary>
    public uint Links { get; init; }

    /// <summary>0 where the system does not tell it.</summary>
    public ulong Inode { get; init; }

    /// <summary>0 where the system does not tell it.</summary>
    public ulong Device { get; init; }

    public long Size { get; init; }

    public long ModifiedSeconds { get; init; }

    public uint ModifiedNanoseconds { get; init; }

    /// <summary>When the file system last changed anything about it; 0 where the system does not tell it.</summary>
    public long ChangedSeconds { get; init; }

    public uint ChangedNanoseconds { get; init; }

    public bool IsDirectory => (Mode & KindMask) == Directory;

    public bool IsRegularFile => (Mode & KindMask) == RegularFile;

    public bool IsLink => (Mode & KindMask) == Link;

    /// <summary>Whether the owner may execute it, the only permission that git keeps.</summary>
    public bool IsExecutable => (Mode & 0x40) != 0;
}
