using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Native;

namespace Firn.Restore.Writing;

/// <summary>
/// The folders of a tree that is being written, by several threads at once. There is no link in
/// such a tree before all its files are there, so that no path leads out of it.
/// </summary>
internal sealed unsafe class TreeFolders : IDisposable
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly string _shownPath;
    private int _root;

    /// <param name="path">The tree's own folder, which exists.</param>
    /// <param name="shownPath">The folder that messages name: where the tree will be.</param>
    public TreeFolders(string path, string shownPath)
    {
        Path = path;
        _shownPath = shownPath;
        fixed (byte* root = new Utf8Path().Set(path))
        {
            _root = Libc.OpenAt(FileNames.CurrentFolder, root, OpenFlags.Folder);
        }

        if (_root < 0)
        {
            throw WriteFailure.Of(path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The tree's own folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The folders that were made, relative, parents before children.</summary>
    public List<string> Made()
    {
        lock (_lock)
        {
            var made = new List<string>(_made);
            made.Sort(StringComparer.Ordinal);
            return made;
        }
    }

    /// <summary>Opens a folder of the tree, and makes it and its parents where they are not there.</summary>
    /// <param name="folder">Relative, empty for the tree's own.</param>
    /// <param name="path">Memory for the path.</param>
    /// <returns>A descriptor for calls relative to it; the caller closes it.</returns>
    /// <exception cref="FirnException">It cannot be made, or a file is there.</exception>
    public int Open(string folder, Utf8Path path)
    {
        Make(folder, path);
        int descriptor;
        fixed (byte* bytes = path.Set(folder.Length == 0 ? "." : folder))
        {
            descriptor = Libc.OpenAt(_root, bytes, OpenFlags.Folder);
        }

        return descriptor >= 0 ? descriptor : throw Failure(folder, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a folder of the tree and its parents, where they are not there.</summary>
    public void Make(string folder) => Make(folder, new Utf8Path());

    /// <summary>The failure to write a path of the tree, named as the user will know it.</summary>
    public FirnException Failure(ReadOnlySpan<char> path, int error) =>
        WriteFailure.Of(System.IO.Path.Join(_shownPath, path), error);

    public void Dispose()
    {
        if (_root >= 0)
        {
            _ = Libc.Close(_root);
            _root = -1;
        }
    }

    /// <summary>The call itself is made without the lock: that another thread makes the same folder does no harm.</summary>
    private void Make(string folder, Utf8Path path)
    {
        if (folder.Length == 0 || IsMade(folder))
        {
            return;
        }

        var slash = folder.LastIndexOf('/');
        if (slash > 0)
        {
            Make(folder[..slash], path);
        }

        fixed (byte* bytes = path.Set(folder))
        {
            // A file of this name is found when the folder is opened.
            if (FileNames.MakeFolder(_root, bytes, 0x1FF) != 0
                && Marshal.GetLastPInvokeError() is var error and not Errno.Exists)
            {
                throw Failure(folder, error);
            }
        }

        lock (_lock)
        {
            _made.Add(folder);
        }
    }

    private bool IsMade(string folder)
    {
        lock (_lock)
        {
            return _made.Contains(folder);
        }
    }
}

/// <summary>Turns the error number of a call into what the user can do about it.</summary>
internal static class WriteFailure
{
    /// <param name="path">What could not be written, as the user knows it.</param>
    /// <param name="error">errno of the call that failed.</param>
    public static FirnException Of(string path, int error) => new(
        $"cannot write {path}: {Reason(error)}", Hint(error));

    /// <summary>The reason in words, for example <c>permission denied</c>.</summary>
    public static string Reason(int error) => error switch
    {
        Errno.NoEntry => "the folder does not exist",
        Errno.Exists => "there is something already",
        Errno.AccessDenied or Errno.NotPermitted => "permission denied",
        Errno.NotDirectory => "a file is where a folder must be",
        Errno.TooManyFiles => "too many open files",
        Errno.NoSpace => "no space left on the device",
        Errno.ReadOnlyFileSystem => "the file system is read-only",
        _ when error == Errno.NameTooLong => "the name is too long for the file system",
        _ when error == Errno.QuotaExceeded => "the disk quota is used up",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };

    private static string Hint(int error) => error switch
    {
        Errno.NoSpace => "make room on the disk, or restore to another one",
        Errno.AccessDenied or Errno.NotPermitted or Errno.ReadOnlyFileSystem => "restore to a folder that is yours to write to",
        Errno.TooManyFiles => "raise the limit of open files (`ulimit -n`)",
        _ when error == Errno.QuotaExceeded => "make room in your quota, or restore to another disk",
        _ when error == Errno.NameTooLong => "restore to a shorter path, or to another file system",
        _ => "check the disk, or restore to another folder",
    };
}

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
