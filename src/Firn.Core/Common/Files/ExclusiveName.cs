using System.Runtime.InteropServices;

namespace Firn.Common.Files;

/// <summary>Gives a file a name that nothing may have yet: of many writers exactly one succeeds, also on NFS.</summary>
internal static partial class ExclusiveName
{
    private const int Exists = 17;
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;

    /// <summary>Moves a file within a file system.</summary>
    /// <returns><see langword="false"/> where there is something of that name; the file is where it was then.</returns>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    public static bool TryMove(string path, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMovePortably(path, target);
        }

        if (Link(path, target) == 0)
        {
            File.Delete(path);
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        if (AreOne(path, target))
        {
            // The server of an NFS did it and its answer was lost.
            File.Delete(path);
            return true;
        }

        return error != Exists && TryRename(path, target);
    }

    /// <summary>For file systems without links: FAT, some of FUSE.</summary>
    private static bool TryRename(string path, string target)
    {
        if (OperatingSystem.IsLinux())
        {
            if (RenameNew(CurrentFolder, path, CurrentFolder, target, NoReplace) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == Exists)
            {
                return false;
            }
        }

        return TryMovePortably(path, target);
    }

    private static bool TryMovePortably(string path, string target)
    {
        try
        {
            File.Move(path, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    private static bool AreOne(string path, string target) =>
        FileStatReader.TryRead(path, out var one) && FileStatReader.TryRead(target, out var other)
        && one.Inode != 0 && one.Inode == other.Inode && one.Device == other.Device;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string target);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameNew(int folder, string path, int targetFolder, string target, uint flags);
}
