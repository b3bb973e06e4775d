using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Restore.Caching;

/// <summary>What is to be known of a file of the cache before and after it is linked.</summary>
internal static unsafe class CachedFile
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Whether the file is the one that was unpacked, as far as its size, its own time and its inode tell;
    /// <see cref="CachedTimes"/> tells the rest.
    /// </summary>
    /// <param name="folder">Its open folder.</param>
    /// <param name="name">Its name, with a NUL behind it.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="time">In seconds since 1970.</param>
    /// <param name="inode">Its number.</param>
    /// <param name="stat">What the file system says of it.</param>
    public static bool IsAsListed(int folder, byte* name, long size, long time, ulong inode, out FileStat stat) =>
        FileStatReader.TryReadAt(folder, name, out stat) && stat.IsRegularFile
        && stat.Size == size && stat.Inode == inode && stat.ModifiedSeconds == time && stat.ModifiedNanoseconds == 0;

    /// <summary>Takes the rights back that somebody gave to a file through one of its names; its bytes were compared.</summary>
    /// <returns>Whether it has the mode that it was unpacked with.</returns>
    public static bool TryMendMode(string path, bool isExecutable)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            // Its folder has what the umask left of all rights; of those a file of the cache has no right to write.
            var right = File.GetUnixFileMode(Path.GetDirectoryName(path)!) & Readable;
            right |= isExecutable ? (UnixFileMode)((int)right >> 2) : 0;
            if (right != File.GetUnixFileMode(path))
            {
                File.SetUnixFileMode(path, right);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the file system does not make the link, but may copy: EXDEV, EPERM, EMLINK, and those without links.</summary>
    public static bool IsRefused(int error) =>
        error is Errno.CrossDevice or Errno.NotPermitted or Errno.TooManyNames
        || error == Errno.NotSupported || error == Errno.NotImplemented;
}

/// <summary>A file of an unpacked bundle that is not simply linked.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Place">Where it goes, relative to the restored prefix.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Time">In seconds since 1970.</param>
internal sealed record CachedMember(string Path, string Place, bool IsExecutable, long Size, long Time);
