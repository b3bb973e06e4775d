using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>
/// The calls on open files that .NET has no equal for (Linux and macOS). With .NET's full paths and streams a file costs
/// three times as much.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>SEEK_CUR of <c>lseek(2)</c>.</summary>
    public const int FromCurrent = 1;

    /// <summary>F_OK of <c>access(2)</c>: the path exists, links followed.</summary>
    public const int AccessExists = 0;

    /// <summary>W_OK of <c>access(2)</c>: the path may be written to.</summary>
    public const int AccessWrites = 2;

    /// <summary>X_OK of <c>access(2)</c>: the path may be executed.</summary>
    public const int AccessExecutes = 1;

    /// <summary>LOCK_EX | LOCK_NB of <c>flock(2)</c>.</summary>
    public const int LockWithoutWaiting = 6;

    /// <summary>FICLONE of Linux, <c>_IOW(0x94, 9, int)</c>.</summary>
    private const nuint FileClone = 0x40049409;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* path, int flags);

    /// <summary>Linux only: <c>openat</c> takes its mode as a variable argument, which Apple's processors pass elsewhere.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* content, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "lseek")]
    public static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int descriptor);

    /// <summary>Writes all that the file system of an open file holds back. 0, or the error's number.</summary>
    public static int SynchronizeFileSystem(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Errno.NotImplemented;
        }

        try
        {
            return CallSynchronizeFileSystem(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return Errno.NotImplemented;
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int LockFile(int descriptor, int operation);

    /// <summary>Makes an open, empty file the clone of another one (Linux). 0, or the error's number.</summary>
    public static int Clone(int to, int from) =>
        CallControlDevice(to, FileClone, from) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Checks a path with its links followed; 0 where it passes.</summary>
    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int CallSynchronizeFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int CallControlDevice(int descriptor, nuint request, nint argument);
}

/// <summary>The flags of <c>open(2)</c>, which differ between systems and processors.</summary>
internal static class OpenFlags
{
    public const int Read = 0;

    /// <summary>O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC of Linux.</summary>
    public const int NewFile = 0x800C1;

    public static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    public static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : HasOwnNumbers ? 0x8000 : 0x20000;

    public static int Directory => OperatingSystem.IsMacOS() ? 0x100000 : HasOwnNumbers ? 0x4000 : 0x10000;

    /// <summary>A file that may be a pipe, whose writer is not waited for.</summary>
    public static int ReadWithoutWaiting => Read | NonBlocking | CloseOnExec;

    /// <summary>A folder that is to be read or locked, and no link to one.</summary>
    public static int FolderForReading => Read | Directory | NoFollow | CloseOnExec;

    /// <summary>A folder, and no link to one, for calls relative to it: O_PATH where there is one.</summary>
    public static int Folder => OperatingSystem.IsMacOS() ? FolderForReading : FolderForReading | 0x200000;

    /// <summary>The processors whose Linux has its own O_DIRECTORY and O_NOFOLLOW (their asm/fcntl.h).</summary>
    private static bool HasOwnNumbers =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le;
}
