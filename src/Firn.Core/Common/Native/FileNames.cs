using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>
/// The calls that give and take names of files, and those relative to an open folder: the store's promises and the speed of
/// a restore rest on them, and .NET has no equal (Linux and macOS).
/// </summary>
internal static unsafe partial class FileNames
{
    /// <summary>AT_FDCWD: the path is absolute, or relative to the current folder.</summary>
    public static int CurrentFolder => OperatingSystem.IsMacOS() ? -2 : -100;

    /// <summary>AT_SYMLINK_NOFOLLOW: the last link is not followed.</summary>
    public static int NoFollow => OperatingSystem.IsMacOS() ? 0x20 : 0x100;

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
        return Rename(from, to, OperatingSystem.IsMacOS() ? exclusive : noReplace);
    }

    /// <summary>Lets two names change places in one step. 0, or the error's number.</summary>
    public static int Exchange(string one, string other)
    {
        // RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS have the same number.
        const uint exchange = 2;
        return Rename(one, other, exchange);
    }

    /// <summary>Sets a file's times to now, which the file's writers may do and not only its owner. 0, or the error's number.</summary>
    public static int Touch(string path)
    {
        fixed (byte* bytes = new Utf8Path().Set(path))
        {
            return Result(SetTimes(CurrentFolder, bytes, null, NoFollow));
        }
    }

    /// <summary>Makes one folder, for everybody as the umask has it. 0, or the error's number.</summary>
    public static int MakeFolder(string path)
    {
        fixed (byte* bytes = new Utf8Path().Set(path))
        {
            return Result(MakeFolder(CurrentFolder, bytes, 0x1FF));
        }
    }

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolder(int folder, byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int Link(int fromFolder, byte* from, int toFolder, byte* to, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLink(byte* target, int folder, byte* path);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Unlink(int folder, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "readlink")]
    public static partial nint ReadLink(byte* path, byte* buffer, nint length);

    /// <param name="descriptor">An open file.</param>
    /// <param name="times">Two pairs of seconds and nanoseconds: last access, last change; null for now.</param>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int descriptor, long* times);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimes(int folder, byte* path, long* times, int flags);

    private static int Rename(string from, string to, uint flags)
    {
        try
        {
            return Result(OperatingSystem.IsMacOS()
                ? CallRenameExclusive(from, to, flags)
                : CallRenameAt(CurrentFolder, from, CurrentFolder, to, flags));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call: glibc before 2.28, musl before 1.2.6.
            return Errno.NotImplemented;
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
}
