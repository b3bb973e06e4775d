using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>
/// The calls that make files relative to an open folder. .NET has none of them; with full paths and its streams a file
/// costs three times as much.
/// </summary>
internal static unsafe partial class FolderCalls
{
    public const int Exists = 17;
    public const int CrossDevice = 18;

    /// <summary>AT_FDCWD: the path is absolute, or relative to the current folder.</summary>
    public static int Current => OperatingSystem.IsMacOS() ? -2 : -100;

    /// <summary>O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, and O_PATH where there is one.</summary>
    public static int OpenFolder => OperatingSystem.IsMacOS() ? OpenFolderForReading : OpenFolderForReading | 0x200000;

    /// <summary>O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC of a folder that is to be read or locked.</summary>
    public static int OpenFolderForReading => OperatingSystem.IsMacOS()
        ? 0x1100100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le
            ? 0x8C000
            : 0xB0000;

    /// <summary>O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC of Linux.</summary>
    public const int CreateFile = 0x800C1;

    /// <summary>LOCK_EX | LOCK_NB.</summary>
    public const int LockWithoutWaiting = 6;

    /// <summary>LOCK_EX.</summary>
    public const int Lock = 2;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int Open(int folder, byte* path, int flags);

    /// <summary>Linux only: <c>openat</c> takes its mode as a variable argument, which Apple's processors pass elsewhere.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int Create(int folder, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolder(int folder, byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int Link(int fromFolder, byte* from, int toFolder, byte* to, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLink(byte* target, int folder, byte* path);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Unlink(int folder, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* content, nint length);

    /// <param name="descriptor">An open file.</param>
    /// <param name="times">Two pairs of seconds and nanoseconds: last access, last change.</param>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int descriptor, long* times);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimes(int folder, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int LockFile(int descriptor, int operation);

    /// <param name="to">The open file that becomes the clone.</param>
    /// <param name="request">FICLONE.</param>
    /// <param name="from">The open file that is cloned.</param>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Clone(int to, nuint request, nint from);

    /// <summary><c>_IOW(0x94, 9, int)</c>, Linux.</summary>
    public const nuint FileClone = 0x40049409;
}
