using System.Runtime.InteropServices;

namespace Firn.Common.Files;

/// <summary>Sets the times of files by <c>utimensat(2)</c>.</summary>
internal static unsafe partial class FileTimes
{
    private static int CurrentFolder => OperatingSystem.IsMacOS() ? -2 : -100;

    /// <summary>
    /// Sets the modification time to now. Whoever may write the file can, not only its owner.
    /// </summary>
    /// <returns>Whether it was possible: not for another user's file or in a read-only file system.</returns>
    public static bool TrySetNow(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return TrySetNowPortably(path);
        }

        return SetTimes(CurrentFolder, path, null, 0) == 0;
    }

    private static bool TrySetNowPortably(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "utimensat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetTimes(int folder, string path, long* times, int flags);
}
