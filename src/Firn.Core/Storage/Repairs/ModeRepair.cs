using Firn.Common.Files;
using Firn.Storage.Checks;

namespace Firn.Storage.Repairs;

/// <summary>Gives files of a store their permissions back: to read, for those who may read the store.</summary>
internal static class ModeRepair
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Folder = Readable | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>What was done; <see langword="null"/> where that failed.</returns>
    public static string? Repair(string store, string path)
    {
        var full = Path.Join(store, path);
        if (OperatingSystem.IsWindows() || !FileStatReader.TryRead(full, out var stat) || stat.IsLink)
        {
            return null;
        }

        StoreTree.MustBeWithin(store, full);
        try
        {
            // A store that others may not read stays so: its description tells.
            var ours = File.GetUnixFileMode(Path.Join(store, StoreLayout.Description)) & Readable;
            var mode = stat.IsDirectory ? Folder : (ours | UnixFileMode.UserRead);
            File.SetUnixFileMode(full, mode);
            return $"set its mode to {Convert.ToString((int)mode, 8).PadLeft(4, '0')}";
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            return null;
        }
    }

    /// <summary>Whether a file is as it should be.</summary>
    public static bool IsFine(string store, string path) =>
        FileStatReader.TryRead(Path.Join(store, path), out var stat) && FileModes.Problem(stat) is null;
}
