using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The calls of the C library that the store's promises rest on and .NET has no equal for (Linux and macOS).</summary>
internal static partial class StoreCalls
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int Invalid = 22;
    public const int ReadOnlyFileSystem = 30;
    public const int TooManyNames = 31;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    private static int NoFollow => OperatingSystem.IsMacOS() ? 0x20 : 0x100;

    /// <summary>AT_FDCWD.</summary>
    private static int CurrentFolder => OperatingSystem.IsMacOS() ? -2 : -100;

    /// <summary>ENOSYS: the system has no such call.</summary>
    public static int NotImplemented => OperatingSystem.IsMacOS() ? 78 : 38;

    /// <summary>EOPNOTSUPP: the file system cannot do it.</summary>
    public static int NotSupported => OperatingSystem.IsMacOS() ? 102 : 95;

    /// <summary>A call of the C library that failed, as .NET would have thrown it.</summary>
    public static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    /// <summary>A second name for a file; fails where the name is taken. 0, or the error's number.</summary>
    public static int Link(string existing, string name) => Result(CallLink(existing, name));

    /// <summary>Renames, in place of what has the name. 0, or the error's number.</summary>
    public static int Rename(string from, string to) => Result(CallRename(from, to));

    /// <summary>Renames, and fails where the name is taken. 0, or the error's number.</summary>
    public static int RenameNoReplace(string from, string to)
    {
        const uint noReplace = 1;
        const uint exclusive = 4;
        try
        {
            return Result(OperatingSystem.IsMacOS()
                ? CallRenameExclusive(from, to, exclusive)
                : CallRenameAt(CurrentFolder, from, CurrentFolder, to, noReplace));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call: glibc before 2.28, musl before 1.2.6.
            return NotImplemented;
        }
    }

    /// <summary>Lets two names change places in one step. 0, or the error's number.</summary>
    public static int Exchange(string one, string other)
    {
        const uint exchange = 2;
        try
        {
            // RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS have the same number.
            return Result(OperatingSystem.IsMacOS()
                ? CallRenameExclusive(one, other, exchange)
                : CallRenameAt(CurrentFolder, one, CurrentFolder, other, exchange));
        }
        catch (EntryPointNotFoundException)
        {
            return NotImplemented;
        }
    }

    /// <summary>Sets a file's times to now, which the file's writers may do and not only its owner. 0, or the error's number.</summary>
    public static int Touch(string path) => Result(CallTouch(CurrentFolder, path, 0, NoFollow));

    /// <summary>Writes all that the file system of an open file holds back. 0, or the error's number.</summary>
    public static int SynchronizeFileSystem(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return NotImplemented;
        }

        try
        {
            return Result(CallSynchronizeFileSystem(descriptor));
        }
        catch (EntryPointNotFoundException)
        {
            return NotImplemented;
        }
    }

    private static int Result(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallLink(string existing, string name);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallRename(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallRenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallRenameExclusive(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallTouch(int folder, string path, nint times, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int CallSynchronizeFileSystem(int descriptor);
}
