using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage;

/// <summary>Makes what was written survive a power cut: one file, the names in a folder, or all that a file system holds back.</summary>
internal static class DurableNames
{
    /// <summary>Makes folders down to <paramref name="folder"/>; the names are durable when it returns.</summary>
    /// <param name="root">A folder above that is there.</param>
    /// <param name="folder">The folder to make, below <paramref name="root"/>.</param>
    public static void CreateFolders(string root, string folder)
    {
        if (folder == root)
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateFolders(root, parent);
        Directory.CreateDirectory(folder);
        AtomicFile.SynchronizeDirectory(parent);
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
        var error = StoreCalls.SynchronizeFileSystem(handle.DangerousGetHandle().ToInt32());
        return error == 0 || (error == StoreCalls.NotImplemented ? false : throw StoreFailure.OfCall(error));
    }

    private static SafeFileHandle OpenForSynchronizing(string path)
    {
        var descriptor = Libc.Open(path, Libc.ReadOnlyNonBlocking);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw StoreFailure.OfCall(System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
    }
}
