using System.Diagnostics;
using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Restore.Writing;

/// <summary>
/// The folder beside a prefix in which it is put together. It is renamed when all is there, so that the prefix is whole
/// or absent. Its maker holds a lock on it until then: one without a lock belonged to a process that was killed.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string Mark = ".firn-";
    private const string Ending = ".tmp";
    private const int MaxNameLength = 200;
    private readonly string _prefix;
    private readonly List<string> _madeParents;
    private int _lock;
    private bool _isPlaced;

    private StagingFolder(string path, string prefix, List<string> madeParents, int descriptor)
    {
        Path = path;
        _prefix = prefix;
        _madeParents = madeParents;
        _lock = descriptor;
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Makes the folder, and removes those beside it that killed processes left.</summary>
    /// <param name="prefix">The prefix, absolute, without a slash at its end.</param>
    /// <exception cref="FirnException">It cannot be made.</exception>
    public static StagingFolder Create(string prefix)
    {
        var parent = System.IO.Path.GetDirectoryName(prefix)!;
        var madeParents = MakeParents(parent);
        RemoveStale(parent, NameStart(prefix));
        while (true)
        {
            var path = System.IO.Path.Join(
                parent, $"{NameStart(prefix)}{Environment.ProcessId}-{Stopwatch.GetTimestamp():x}{Ending}");
            if (TryMake(path) && OpenLocked(path) is var descriptor and >= 0)
            {
                return new StagingFolder(path, prefix, madeParents, descriptor);
            }
        }
    }

    /// <summary>Puts the folder in the prefix's place, where nothing or an empty folder may be.</summary>
    /// <param name="finish">What only can be done at the prefix; where it fails, the folder is taken back and removed.</param>
    /// <returns>False where another process has put something there in the meantime.</returns>
    /// <exception cref="FirnException">It cannot be renamed.</exception>
    public bool TryPlace(Action? finish = null)
    {
        var error = FileNames.Rename(Path, _prefix);
        if (error != 0)
        {
            return IsTaken(error) ? false : throw WriteFailure.Of(_prefix, error);
        }

        Finish(finish, () => FileNames.Rename(_prefix, Path) == 0);
        return true;
    }

    /// <summary>
    /// Puts the folder in the prefix's place, whatever is there: the two change places in one step, and what was there is
    /// removed.
    /// </summary>
    /// <param name="finish">What only can be done at the prefix; where it fails, what was there comes back in one step.</param>
    /// <returns>False where another process has put something else there in the meantime.</returns>
    /// <exception cref="FirnException">It cannot be renamed.</exception>
    public bool TryReplace(Action? finish = null)
    {
        // What is replaced has a stale folder's name until it is removed; while it may come back, nobody else removes it.
        var oldLock = OpenLocked(_prefix);
        try
        {
            var error = FileNames.Exchange(Path, _prefix);
            if (error == Errno.NoEntry)
            {
                return TryPlace(finish);
            }

            if (error != 0)
            {
                return TryReplaceInSteps(finish);
            }

            Finish(finish, () => FileNames.Exchange(Path, _prefix) == 0);
            TreeRemoval.TryRemove(Path);
            return true;
        }
        finally
        {
            if (oldLock >= 0)
            {
                _ = Libc.Close(oldLock);
            }
        }
    }

    /// <summary>On a file system that cannot exchange two names: for a moment there is none.</summary>
    private bool TryReplaceInSteps(Action? finish)
    {
        var old = Path + ".old";
        var error = FileNames.Rename(_prefix, old);
        if (error != 0)
        {
            throw WriteFailure.Of(_prefix, error);
        }

        if (FileNames.Rename(Path, _prefix) is > 0 and var failure)
        {
            _ = FileNames.Rename(old, _prefix);
            return IsTaken(failure) ? false : throw WriteFailure.Of(_prefix, failure);
        }

        Finish(finish, () => FileNames.Rename(_prefix, Path) == 0 && FileNames.Rename(old, _prefix) == 0);
        TreeRemoval.TryRemove(old);
        return true;
    }

    private void Finish(Action? finish, Func<bool> takeBack)
    {
        _isPlaced = true;
        try
        {
            finish?.Invoke();
        }
        catch
        {
            _isPlaced = !takeBack();
            throw;
        }
    }

    /// <summary>Removes the folder, if it was not put in place.</summary>
    public void Dispose()
    {
        if (!_isPlaced)
        {
            TreeRemoval.TryRemove(Path);
            foreach (var parent in _madeParents)
            {
                TryRemoveEmpty(parent);
            }
        }

        if (_lock >= 0)
        {
            _ = Libc.Close(_lock);
            _lock = -1;
        }
    }

    private static bool IsTaken(int error) => error == Errno.Exists || error == Errno.NotEmpty;

    private static string NameStart(string prefix)
    {
        var name = System.IO.Path.GetFileName(prefix);
        return (name.Length <= MaxNameLength ? name : name[..MaxNameLength]) + Mark;
    }

    private static List<string> MakeParents(string parent)
    {
        var missing = new List<string>();
        for (var folder = parent; !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder)!)
        {
            missing.Add(folder);
        }

        try
        {
            Directory.CreateDirectory(parent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make the folder {parent}: {exception.Message.TrimEnd('.')}",
                "restore to a folder that is yours to write to",
                innerException: exception);
        }

        return missing;
    }

    private static void RemoveStale(string parent, string nameStart)
    {
        foreach (var entry in DirectoryReader.List(parent, out _))
        {
            if (entry.Kind != DirectoryEntryKind.Directory
                || !entry.Name.StartsWith(nameStart, StringComparison.Ordinal)
                || !entry.Name.EndsWith(Ending, StringComparison.Ordinal))
            {
                continue;
            }

            var path = System.IO.Path.Join(parent, entry.Name);
            var descriptor = OpenLocked(path);
            if (descriptor >= 0)
            {
                TreeRemoval.TryRemove(path);
                _ = Libc.Close(descriptor);
            }
        }
    }

    private static bool TryMake(string path)
    {
        var error = FileNames.MakeFolder(path);
        return error switch
        {
            0 => true,
            Errno.Exists => false,
            _ => throw WriteFailure.Of(System.IO.Path.GetDirectoryName(path)!, error),
        };
    }

    /// <summary>
    /// Opens and locks the folder; -1 where another process has it, or removed it in between. A file system without locks
    /// gives the folder to its maker.
    /// </summary>
    private static unsafe int OpenLocked(string path)
    {
        int descriptor;
        fixed (byte* bytes = new Utf8Path().Set(path))
        {
            descriptor = Libc.OpenAt(FileNames.CurrentFolder, bytes, OpenFlags.FolderForReading);
        }

        if (descriptor < 0)
        {
            return -1;
        }

        if (Libc.LockFile(descriptor, Libc.LockWithoutWaiting) != 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.TryAgain || !IsOwn(path))
            {
                _ = Libc.Close(descriptor);
                return -1;
            }
        }

        if (!FileStatReader.TryRead(path, out _))
        {
            _ = Libc.Close(descriptor);
            return -1;
        }

        return descriptor;
    }

    private static bool IsOwn(string path) =>
        System.IO.Path.GetFileName(path).Contains($"{Mark}{Environment.ProcessId}-", StringComparison.Ordinal);

    private static void TryRemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else uses it by now.
        }
    }
}
