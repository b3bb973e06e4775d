namespace Firn.Common.Files;

/// <summary>
/// A temporary folder of this process alone. As long as the process lives it holds a lock (<c>flock</c>) in it, so what a
/// killed one has left is told from what is in use, and is removed later.
/// </summary>
internal sealed class LockedTemporaryFolder : IDisposable
{
    private const string LockName = "lock";

    /// <summary>The log of a killed run stays this long for whoever looks for it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Folders of a firn that held no locks.</summary>
    private static readonly TimeSpan KeptWithoutLock = TimeSpan.FromDays(7);

    private readonly FileStream _lock;

    private LockedTemporaryFolder(string path)
    {
        Path = path;
        _lock = Lock(path);
    }

    public string Path { get; }

    /// <summary>Makes one, which only its owner can look into.</summary>
    /// <param name="path">Where; nothing is there.</param>
    /// <exception cref="IOException">It cannot be made, or is there.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public static LockedTemporaryFolder Make(string path)
    {
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"{path} is there already");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new LockedTemporaryFolder(path);
    }

    /// <summary>Removes what killed processes of this user left: folders with such names that nobody holds and that are old.</summary>
    /// <param name="folder">Where they lie. Links in it are not followed, and neither are those in what is removed.</param>
    /// <param name="isOurs">Whether a name is one that this program gives.</param>
    /// <param name="now">The time.</param>
    public static void Sweep(string folder, Func<string, bool> isOurs, DateTimeOffset now)
    {
        if (!FileStatReader.TryRead("/proc/self/stat", out var self))
        {
            return;
        }

        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            var path = System.IO.Path.Join(folder, entry.Name);
            if (entry.Kind == DirectoryEntryKind.Directory && isOurs(entry.Name)
                && FileStatReader.TryRead(path, out var stat) && stat.IsDirectory && stat.User == self.User && IsLeft(path, stat, now))
            {
                TryRemove(path);
            }
        }
    }

    /// <summary>Gives the lock back; the folder is removed.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        TryRemove(Path);
    }

    /// <summary>Gives the lock back and leaves the folder.</summary>
    public void Leave() => _lock.Dispose();

    /// <summary>Removes a folder with all in it; a link is removed and never followed. .NET's own way is compiled anew in every process.</summary>
    public static void TryRemove(string folder)
    {
        try
        {
            foreach (var entry in DirectoryReader.List(folder, out _))
            {
                var path = System.IO.Path.Join(folder, entry.Name);
                if (entry.Kind == DirectoryEntryKind.Directory && FileStatReader.TryRead(path, out var stat) && stat.IsDirectory)
                {
                    TryRemove(path);
                }
                else
                {
                    File.Delete(path);
                }
            }

            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody still writes there; a later sweep takes it.
        }
    }

    /// <summary>The same for folders that are written beside their place: <c>NAME.</c>, what tells them apart, and <c>.tmp</c>.</summary>
    /// <param name="place">The place, absolute.</param>
    /// <param name="mark">What stands behind the name, before 32 hexadecimal digits.</param>
    public static void SweepBeside(string place, string mark)
    {
        var start = System.IO.Path.GetFileName(place) + mark;
        if (System.IO.Path.GetDirectoryName(place) is { } folder)
        {
            Sweep(folder, name => IsNumbered(name, start), DateTimeOffset.UtcNow);
        }
    }

    private static bool IsNumbered(string name, string start)
    {
        const string ending = ".tmp";
        const int digits = 32;
        return name.Length == start.Length + digits + ending.Length && name.StartsWith(start, StringComparison.Ordinal)
            && name.EndsWith(ending, StringComparison.Ordinal) && Hex.IsLower(name.AsSpan(start.Length, digits));
    }

    private static bool IsLeft(string path, FileStat stat, DateTimeOffset now)
    {
        var hasLock = FileStatReader.TryRead(System.IO.Path.Join(path, LockName), out var file) && file.IsRegularFile;
        var newest = stat.ModifiedSeconds;
        foreach (var entry in DirectoryReader.List(path, out _))
        {
            if (FileStatReader.TryRead(System.IO.Path.Join(path, entry.Name), out var inner))
            {
                newest = Math.Max(newest, inner.ModifiedSeconds);
            }
        }

        if (now.ToUnixTimeSeconds() - newest < (hasLock ? Kept : KeptWithoutLock).TotalSeconds)
        {
            return false;
        }

        if (!hasLock)
        {
            return true;
        }

        try
        {
            using var free = Lock(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream Lock(string path) => new(
        System.IO.Path.Join(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
}
