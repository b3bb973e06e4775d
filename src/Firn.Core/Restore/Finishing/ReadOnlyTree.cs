using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>Takes the right to write from the folders of a tree; its files never had it.</summary>
internal static class ReadOnlyTree
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static void Close(TreeFolders folders)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var made = folders.Made();
        for (var i = made.Count - 1; i >= 0; i--)
        {
            Close(Path.Join(folders.Path, made[i]));
        }

        Close(folders.Path);
    }

    private static void Close(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Less what the umask has taken already.
            File.SetUnixFileMode(folder, Mode & File.GetUnixFileMode(folder));
        }
    }
}
