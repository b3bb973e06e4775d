using System.Runtime.Versioning;
using Firn.Common.Files;
using Firn.Storage.Layout;

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
            var text = Convert.ToString((int)mode, 8).PadLeft(4, '0');
            if (stat.IsRegularFile && stat.Links > 1)
            {
                Replace(store, full, mode);
                return $"put a copy with the mode {text} in its place: the file has other names, whose mode stays";
            }

            File.SetUnixFileMode(full, mode);
            return $"set its mode to {text}";
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            return null;
        }
    }

    /// <summary>The other names may be anybody's, and lie outside of the store.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void Replace(string store, string path, UnixFileMode mode)
    {
        using var copy = StagedFile.Create(store, "mode");
#pragma warning disable RS0030 // A file of the store, whose mode and kind have just been looked at.
        using (var source = File.OpenRead(path))
#pragma warning restore RS0030
        {
            var buffer = new byte[1 << 20];
            for (var count = source.Read(buffer); count > 0; count = source.Read(buffer))
            {
                copy.Write(buffer.AsSpan(0, count));
            }
        }

        copy.Seal(durably: true);
        File.SetUnixFileMode(copy.Path, mode);
        copy.MoveTo(path);
        StoreTree.Synchronize(store, Path.GetDirectoryName(path)!);
    }
}
