using System.Runtime.InteropServices;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Files;

/// <summary>Makes what was written survive a power cut: one file, the names in a folder, or all that a file system holds back.</summary>
internal static class Fsync
{
    /// <summary>Makes a folder and those above it that are missing; their names are durable when it returns.</summary>
    /// <exception cref="IOException">One cannot be made.</exception>
    public static void CreateFolders(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (string.IsNullOrEmpty(parent))
        {
            return;
        }

        CreateFolders(parent);
        Directory.CreateDirectory(folder);
        AtomicFile.SynchronizeDirectory(parent);
    }

    /// <summary>The same where another process may just have made them: also names that are there are durable then.</summary>
    /// <param name="root">A folder above that is there.</param>
    /// <param name="folder">The folder, below <paramref name="root"/>.</param>
    public static void SynchronizeFolders(string root, string folder)
    {
        CreateFolders(folder);
        for (var made = folder; made.Length > root.Length; made = Path.GetDirectoryName(made)!)
        {
            AtomicFile.SynchronizeDirectory(Path.GetDirectoryName(made)!);
        }
    }

    /// <summary>Makes a file's bytes durable that was written through another handle.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SynchronizeFile(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = OpenForSynchronizing(path);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Writes all that the file system of the path holds back.</summary>
    /// <returns>Whether the system can do that.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static bool TrySynchronizeFileSystem(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var handle = OpenForSynchronizing(path);
        var error = Libc.SynchronizeFileSystem(handle.DangerousGetHandle().ToInt32());
        return error == 0 || (error == Errno.NotImplemented ? false : throw FileNames.Failure(error));
    }

    private static SafeFileHandle OpenForSynchronizing(string path)
    {
        var descriptor = Libc.Open(path, OpenFlags.ReadWithoutWaiting);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw FileNames.Failure(Marshal.GetLastPInvokeError());
    }
}
