using System.Buffers.Binary;
using System.Text;
using Firn.Common.Native;

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
    public const int ByteCount = 6 * sizeof(long);

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

    /// <summary>
    /// Writes what changes whenever a file does: size, both times, inode and mode. Not the device: the same files of an image
    /// have another number in each container, and those of a network file system after each boot.
    /// </summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ModifiedSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], ChangedSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], ModifiedNanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[28..], ChangedNanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], Mode);
    }

    private static long Nanoseconds(long seconds, uint nanoseconds) =>
        (Math.Clamp(seconds, 0, 9_000_000_000) * 1_000_000_000) + nanoseconds;
}

/// <summary>
/// Asks the file system about paths: <c>statx</c> on Linux, which .NET has no equal for (inode, owner, nanoseconds),
/// and what .NET tells elsewhere.
/// </summary>
internal static class FileStatReader
{
    /// <summary>Reads what the file system says of a path, the last link not followed.</summary>
    /// <returns>Whether there is something at the path.</returns>
    public static unsafe bool TryRead(string path, out FileStat stat)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            stat = default;
            return false;
        }

        if (!OperatingSystem.IsLinux())
        {
            return TryReadPortably(path, out stat);
        }

        Span<byte> buffer = stackalloc byte[512];
        var length = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        var bytes = length <= buffer.Length ? buffer : new byte[length];
        bytes[Encoding.UTF8.GetBytes(path, bytes)] = 0;
        fixed (byte* pointer = bytes)
        {
            return TryReadAt(FileNames.CurrentFolder, pointer, out stat);
        }
    }

    /// <summary>The same on Linux for a path that ends in NUL, relative to an open folder.</summary>
    public static unsafe bool TryReadAt(int folder, byte* path, out FileStat stat) => TryReadAt(folder, path, FileNames.NoFollow, out stat);

    /// <summary>The same for an open file; where the system does not tell it, for the path that it was opened by.</summary>
    public static unsafe bool TryReadOpen(int descriptor, string path, out FileStat stat)
    {
        if (!OperatingSystem.IsLinux())
        {
            return TryReadPortably(path, out stat);
        }

        byte nothing = 0;
        return TryReadAt(descriptor, &nothing, LinuxFolders.EmptyPath, out stat);
    }

    private static unsafe bool TryReadAt(int folder, byte* path, int flags, out FileStat stat)
    {
        LinuxFolders.Statx raw;
        if (LinuxFolders.ReadStatx(folder, path, flags, LinuxFolders.BasicStats, &raw) != 0)
        {
            stat = default;
            return false;
        }

        stat = new FileStat
        {
            Mode = raw.Mode,
            User = raw.User,
            Links = raw.Links,
            Inode = raw.Inode,
            Device = ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor,
            Size = (long)raw.Size,
            ChangedSeconds = raw.ChangedSeconds,
            ChangedNanoseconds = raw.ChangedNanoseconds,
            ModifiedSeconds = raw.ModifiedSeconds,
            ModifiedNanoseconds = raw.ModifiedNanoseconds,
        };
        return true;
    }

    /// <summary>The user this process acts as; <see langword="null"/> where owners are not read.</summary>
    public static uint? EffectiveUser() => OperatingSystem.IsLinux() ? LinuxFolders.EffectiveUser() : null;

    private static bool TryReadPortably(string path, out FileStat stat)
    {
        stat = default;
        try
        {
            var file = new FileInfo(path);
            var attributes = file.Attributes;
            if ((int)attributes == -1)
            {
                return false;
            }

            var kind = attributes.HasFlag(FileAttributes.Directory) ? FileStat.Directory : FileStat.RegularFile;
            kind = file.LinkTarget is null ? kind : FileStat.Link;
            var permissions = OperatingSystem.IsWindows() ? 0 : (uint)file.UnixFileMode;
            var ticks = file.LastWriteTimeUtc.Ticks - DateTime.UnixEpoch.Ticks;
            var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
            stat = new FileStat
            {
                Mode = kind | permissions,
                Size = kind == FileStat.RegularFile ? file.Length : 0,
                ModifiedSeconds = seconds,
                ModifiedNanoseconds = (uint)Math.Max(0, rest * 100),
            };
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
