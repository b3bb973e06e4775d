namespace Firn.Common.Native;

/// <summary>The error numbers of the C library (errno(3)); those above 34 differ between Linux and macOS, and EAGAIN does.</summary>
internal static class Errno
{
    /// <summary>EPERM.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT.</summary>
    public const int NoEntry = 2;

    /// <summary>EINTR: a signal came, the call is to be made again.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO.</summary>
    public const int DeviceFailed = 5;

    /// <summary>EACCES.</summary>
    public const int AccessDenied = 13;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>EXDEV.</summary>
    public const int CrossDevice = 18;

    /// <summary>ENOTDIR.</summary>
    public const int NotDirectory = 20;

    /// <summary>EINVAL.</summary>
    public const int Invalid = 22;

    /// <summary>EMFILE.</summary>
    public const int TooManyFiles = 24;

    /// <summary>EFBIG.</summary>
    public const int FileTooLarge = 27;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>EMLINK.</summary>
    public const int TooManyNames = 31;

    /// <summary>EPIPE.</summary>
    public const int BrokenPipe = 32;

    /// <summary>EAGAIN, which is EWOULDBLOCK: another process has the lock, or the pipe is full.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>ENAMETOOLONG.</summary>
    public static int NameTooLong => OperatingSystem.IsMacOS() ? 63 : 36;

    /// <summary>ENOSYS: the system has no such call.</summary>
    public static int NotImplemented => OperatingSystem.IsMacOS() ? 78 : 38;

    /// <summary>ENOTEMPTY.</summary>
    public static int NotEmpty => OperatingSystem.IsMacOS() ? 66 : 39;

    /// <summary>ELOOP.</summary>
    public static int TooManyLinks => OperatingSystem.IsMacOS() ? 62 : 40;

    /// <summary>EOPNOTSUPP: the file system cannot do it.</summary>
    public static int NotSupported => OperatingSystem.IsMacOS() ? 102 : 95;

    /// <summary>EDQUOT.</summary>
    public static int QuotaExceeded => OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>The number that .NET has put into a failure; 0 on Windows, and where it is none of the file system's.</summary>
    public static int Of(Exception exception) =>
        exception is IOException && !OperatingSystem.IsWindows() ? exception.HResult & 0xffff : 0;

    /// <summary>Whether .NET could not open a file because another process has it locked.</summary>
    public static bool IsLocked(Exception exception)
    {
        const int sharingViolation = 32;
        return OperatingSystem.IsWindows() ? (exception.HResult & 0xffff) == sharingViolation : Of(exception) == TryAgain;
    }

    /// <summary>Whether the user may not do it.</summary>
    public static bool IsDenied(Exception exception) =>
        exception is UnauthorizedAccessException || Of(exception) is AccessDenied or NotPermitted;

    /// <summary>What a file system refused, in a few words.</summary>
    public static string Reason(Exception exception) => Of(exception) switch
    {
        NoSpace => "no space left on the device",
        FileTooLarge => "larger than the file system or `ulimit -f` allows",
        ReadOnlyFileSystem => "the file system is read-only",
        var error when error != 0 && error == QuotaExceeded => "your disk quota is used up",
        _ when IsDenied(exception) => "permission denied",
        _ when exception is DirectoryNotFoundException => "the folder does not exist",
        _ => exception.Message.TrimEnd('.'),
    };
}
