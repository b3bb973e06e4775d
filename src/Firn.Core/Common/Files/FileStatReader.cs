using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Common.Files;

/// <summary>
/// Asks the file system about paths: <c>statx</c> on Linux, which .NET has no equal for (inode, owner, nanoseconds),
/// and what .NET tells elsewhere.
/// </summary>
internal static partial class FileStatReader
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;

    /// <summary>AT_EMPTY_PATH: the open file itself.</summary>
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;

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
            return TryReadAt(CurrentFolder, pointer, out stat);
        }
    }

    /// <summary>The same on Linux for a path that ends in NUL, relative to an open folder.</summary>
    public static unsafe bool TryReadAt(int folder, byte* path, out FileStat stat) => TryReadAt(folder, path, NoFollow, out stat);

    /// <summary>The same for an open file; where the system does not tell it, for the path that it was opened by.</summary>
    public static unsafe bool TryReadOpen(int descriptor, string path, out FileStat stat)
    {
        if (!OperatingSystem.IsLinux())
        {
            return TryReadPortably(path, out stat);
        }

        byte nothing = 0;
        return TryReadAt(descriptor, &nothing, EmptyPath, out stat);
    }

    private static unsafe bool TryReadAt(int folder, byte* path, int flags, out FileStat stat)
    {
        Statx raw;
        if (ReadStatx(folder, path, flags, BasicStats, &raw) != 0)
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
    public static uint? EffectiveUser() => OperatingSystem.IsLinux() ? GetEffectiveUser() : null;

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

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int ReadStatx(int folder, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    /// <summary><c>struct statx</c> (linux/stat.h), the fields in use.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
