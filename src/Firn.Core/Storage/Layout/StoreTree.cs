using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Storage.Layout;

/// <summary>
/// The one door by which names below a store's folder are listed, made, moved and removed. No link on the way is followed:
/// a store may be somebody else's, and whatever a link in it leads to is none of the store's. The store's own folder may be
/// a link. All paths are absolute and below the store's.
/// </summary>
internal static class StoreTree
{
    /// <summary>The first link on the way from the store's folder to a path; <see langword="null"/> where there is none.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="path">The path; its last part may be a link.</param>
    public static string? FindLink(string store, string path)
    {
        path = OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
        for (var end = path.IndexOf('/', store.Length + 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            var folder = path[..end];
            if (!FileStatReader.TryRead(folder, out var stat))
            {
                return null;
            }

            if (stat.IsLink)
            {
                return folder;
            }
        }

        return null;
    }

    /// <exception cref="FirnException">A folder on the way to it is a link.</exception>
    public static void MustBeWithin(string store, string path)
    {
        if (FindLink(store, path) is { } link)
        {
            throw StoreFailure.Linked(link);
        }
    }

    /// <summary>Whether a file is there, with no link on the way to it and none itself.</summary>
    public static bool HasFile(string store, string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile && FindLink(store, path) is null;

    /// <summary>What a folder of the store holds; nothing where it, or a folder above it, is a link.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="folder">The folder; the store's own too.</param>
    /// <param name="status">Read; or why nothing is listed, and a link counts as missing.</param>
    public static IReadOnlyList<DirectoryEntry> List(string store, string folder, out FileReadStatus status)
    {
        var path = Path.TrimEndingDirectorySeparator(folder);
        if (path.Length > store.Length && FindLink(store, path + '/') is not null)
        {
            status = FileReadStatus.Missing;
            return [];
        }

        return DirectoryReader.List(path, out status);
    }

    /// <summary>Makes a folder and those above it; the names of new ones are durable when it returns.</summary>
    /// <exception cref="FirnException">One of them is a link.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakeFolder(string store, string folder)
    {
        MustBeWithin(store, folder + Path.DirectorySeparatorChar);
        Fsync.CreateFolders(folder);
    }

    /// <summary>Renames a file or a folder, in place of what has the name. A link is renamed itself.</summary>
    /// <returns>0, or the error's number.</returns>
    /// <exception cref="FirnException">A link is on the way.</exception>
    public static int Rename(string store, string from, string to)
    {
        MustBeWithin(store, from);
        MustBeWithin(store, to);
        if (!OperatingSystem.IsWindows())
        {
            return FileNames.Rename(from, to);
        }

        File.Move(from, to, overwrite: true);
        return 0;
    }

    /// <summary>Gives a file a name that nothing has yet (<see cref="CreateIfAbsent"/>).</summary>
    /// <returns>Whether the name is this file's.</returns>
    public static bool TryTake(string store, string file, string name)
    {
        MustBeWithin(store, file);
        MustBeWithin(store, name);
        return CreateIfAbsent.TryTake(file, name);
    }

    /// <summary>Removes a file, or a link itself; nothing where there is none.</summary>
    public static void Delete(string store, string path)
    {
        MustBeWithin(store, path);
        File.Delete(path);
    }

    /// <summary>Removes folders that hold nothing but folders.</summary>
    public static void DeleteEmptyFolders(string store, string folder)
    {
        foreach (var entry in List(store, folder, out _))
        {
            if (entry.Kind == DirectoryEntryKind.Directory)
            {
                DeleteEmptyFolders(store, Path.Join(folder, entry.Name));
            }
        }

        DeleteEmptyFolder(store, folder);
    }

    /// <returns>Whether it has gone: it was empty.</returns>
    public static bool DeleteEmptyFolder(string store, string folder)
    {
        MustBeWithin(store, folder + Path.DirectorySeparatorChar);
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            return false;
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="FirnException">The disk failed.</exception>
    public static void Synchronize(string store, string folder)
    {
        try
        {
            AtomicFile.SynchronizeDirectory(folder);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, folder, exception);
        }
    }

    /// <summary>Makes a new file to write to.</summary>
    /// <exception cref="FirnException">A link is on the way.</exception>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle CreateFile(string store, string path)
    {
        MustBeWithin(store, path);
        try
        {
            return Open();
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // .NET says that the file is missing where another process has made the folder meanwhile.
            MakeFolder(store, Path.GetDirectoryName(path)!);
            return Open();
        }

        Microsoft.Win32.SafeHandles.SafeFileHandle Open() =>
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }
}
