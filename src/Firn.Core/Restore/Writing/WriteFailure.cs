using System.Runtime.InteropServices;
using Firn.Common;

namespace Firn.Restore.Writing;

/// <summary>Turns the error number of a call into what the user can do about it.</summary>
internal static class WriteFailure
{
    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int TooManyFiles = 24;
    private const int NoSpace = 28;
    private const int ReadOnlySystem = 30;

    /// <param name="path">What could not be written, as the user knows it.</param>
    /// <param name="error">errno of the call that failed.</param>
    public static FirnException Of(string path, int error) => new(
        $"cannot write {path}: {Reason(error)}", Hint(error));

    /// <summary>The reason in words, for example <c>permission denied</c>.</summary>
    public static string Reason(int error) => error switch
    {
        NoEntry => "the folder does not exist",
        FolderCalls.Exists => "there is something already",
        AccessDenied or 1 => "permission denied",
        20 => "a file is where a folder must be",
        TooManyFiles => "too many open files",
        NoSpace => "no space left on the device",
        ReadOnlySystem => "the file system is read-only",
        _ when error == NameTooLong => "the name is too long for the file system",
        _ when error == QuotaExceeded => "the disk quota is used up",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    private static int NameTooLong => OperatingSystem.IsMacOS() ? 63 : 36;

    private static int QuotaExceeded => OperatingSystem.IsMacOS() ? 69 : 122;

    private static string Hint(int error) => error switch
    {
        NoSpace => "make room on the disk, or restore to another one",
        AccessDenied or 1 or ReadOnlySystem => "restore to a folder that is yours to write to",
        TooManyFiles => "raise the limit of open files (`ulimit -n`)",
        _ when error == QuotaExceeded => "make room in your quota, or restore to another disk",
        _ when error == NameTooLong => "restore to a shorter path, or to another file system",
        _ => "check the disk, or restore to another folder",
    };
}
