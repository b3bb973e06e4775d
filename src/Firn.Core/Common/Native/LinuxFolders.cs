using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>What Linux says of paths and of folders, and .NET does not ask or does not tell.</summary>
internal static unsafe partial class LinuxFolders
{
    /// <summary>AT_EMPTY_PATH: the open file itself.</summary>
    public const int EmptyPath = 0x1000;

    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint BasicStats = 0x7FF;

    [LibraryImport("libc", EntryPoint = "statx")]
    public static partial int ReadStatx(int folder, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadEntries(int descriptor, byte* buffer, nint length);

    /// <summary><c>struct statx</c> (linux/stat.h), the fields in use.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Statx
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

/// <summary>Goes through the names in an open folder but <c>.</c> and <c>..</c> (<c>struct linux_dirent64</c>, linux/dirent.h).</summary>
/// <param name="descriptor">The open folder.</param>
/// <param name="buffer">Memory for many names, which holds the current one.</param>
/// <param name="length">How much that is.</param>
internal unsafe ref struct LinuxFolderWalk(int descriptor, byte* buffer, int length)
{
    // The values of d_type (linux/fs.h). A file system that does not tell kinds says 0.
    public const byte UnknownKind = 0;
    public const byte FolderKind = 4;
    public const byte LinkKind = 10;

    private const int LengthOffset = 16;
    private const int KindOffset = 18;
    private const int NameOffset = 19;

    private nint _next;
    private nint _end;

    /// <summary>The name, which ends in NUL; valid until the next one.</summary>
    public byte* Name { get; private set; }

    public byte Kind { get; private set; }

    /// <summary>The number of the error that ended it; 0 where all names were listed.</summary>
    public int Error { get; private set; }

    /// <returns>Whether there is another name.</returns>
    public bool MoveNext()
    {
        while (true)
        {
            if (_next >= _end)
            {
                _end = LinuxFolders.ReadEntries(descriptor, buffer, length);
                _next = 0;
                if (_end <= 0)
                {
                    Error = _end < 0 ? Marshal.GetLastPInvokeError() : 0;
                    return false;
                }
            }

            var entry = buffer + _next;
            _next += *(ushort*)(entry + LengthOffset);
            Name = entry + NameOffset;
            Kind = entry[KindOffset];
            if (Name[0] != '.' || (Name[1] != 0 && (Name[1] != '.' || Name[2] != 0)))
            {
                return true;
            }
        }
    }
}
