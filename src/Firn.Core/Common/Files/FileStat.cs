using System.Buffers.Binary;

namespace Firn.Common.Files;

/// <summary>What the file system says of a path, links not followed.</summary>
internal readonly record struct FileStat
{
    /// <summary>S_IFMT: the bits of the mode that tell the kind.</summary>
    public const uint KindMask = 0xF000;

    public const uint Directory = 0x4000;
    public const uint RegularFile = 0x8000;
    public const uint Link = 0xA000;

    /// <summary>How many bytes <see cref="CopyTo"/> writes.</summary>
    public const int ByteCount = 7 * sizeof(long);

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

    /// <summary>
    /// When the file system last changed anything about the file, in nanoseconds since 1970: unlike the file's own time, it
    /// is nobody's to set. 0 where the system does not tell it; times before 1970 and beyond 2255 are as good as any.
    /// </summary>
    public long Changed => Nanoseconds(ChangedSeconds, ChangedNanoseconds);

    /// <summary>
    /// After which time nothing has changed, in nanoseconds since 1970. The file's own time counts only where the system
    /// tells no other: a tool may have set it to any year.
    /// </summary>
    public long NewestChange => Changed != 0 ? Changed : Nanoseconds(ModifiedSeconds, ModifiedNanoseconds);

    /// <summary>Writes what changes whenever a file does: size, both times, inode, device and mode.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ModifiedSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], ChangedSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], ModifiedNanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], ChangedNanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], Device);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], Mode);
    }

    private static long Nanoseconds(long seconds, uint nanoseconds) =>
        (Math.Clamp(seconds, 0, 9_000_000_000) * 1_000_000_000) + nanoseconds;
}
