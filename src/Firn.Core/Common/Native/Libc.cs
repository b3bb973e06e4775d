using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The few calls of the C library that .NET has no equal for (Linux and macOS).</summary>
internal static partial class Libc
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int AccessDenied = 13;
    public const int NotDirectory = 20;

    /// <summary>ELOOP, which is 40 on Linux and 62 on macOS.</summary>
    public const int TooManyLinks = 40;

    /// <summary>O_RDONLY | O_NONBLOCK | O_CLOEXEC of this system.</summary>
    public static int ReadOnlyNonBlocking => OperatingSystem.IsMacOS() ? 0x1000004 : 0x80800;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    /// <summary>SEEK_CUR of <c>lseek(2)</c>.</summary>
    public const int FromCurrent = 1;

    [LibraryImport("libc", EntryPoint = "lseek")]
    public static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int descriptor);

    /// <summary>F_OK of <c>access(2)</c>: the path exists, links followed.</summary>
    public const int AccessExists = 0;

    /// <summary>W_OK of <c>access(2)</c>: the path may be written to.</summary>
    public const int AccessWrites = 2;

    /// <summary>X_OK of <c>access(2)</c>: the path may be executed.</summary>
    public const int AccessExecutes = 1;

    /// <summary>Checks a path with its links followed; 0 where it passes.</summary>
    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);
}

/// <summary>The flags of <c>open(2)</c>, which differ between systems and processors.</summary>
internal static class OpenFlags
{
    public const int Read = 0;
    public const int Write = 1;

    public static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    public static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : IsArm ? 0x8000 : 0x20000;

    public static int Directory => OperatingSystem.IsMacOS() ? 0x100000 : IsArm ? 0x4000 : 0x10000;

    public static int Create => OperatingSystem.IsMacOS() ? 0x200 : 0x40;

    /// <summary>Fail where there is something already.</summary>
    public static int Exclusive => OperatingSystem.IsMacOS() ? 0x800 : 0x80;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
}
