using System.Runtime.ExceptionServices;

namespace Firn.Common.Files;

/// <summary>
/// Lists a tree with what the file system says of each entry, fast: two plain threads, and on Linux
/// <c>openat</c>, <c>getdents64</c> and <c>statx</c> alone. Links are never followed.
/// </summary>
internal static class TreeScanner
{
    private const int ThreadCount = 2;

    /// <param name="root">The folder, absolute. A link to a folder counts as that folder.</param>
    /// <param name="enters">
    /// Whether to look into a folder, by its path relative to the root; called from both threads. The folder itself is
    /// listed in any case. <see langword="null"/> enters all.
    /// </param>
    /// <param name="cancellation">Ends the scan.</param>
    /// <param name="most">How many entries each thread takes at most.</param>
    /// <exception cref="FirnException">There is no such folder, it may not be read, or has more entries.</exception>
    public static ScannedTree Scan(
        string root, Func<string, bool>? enters, CancellationToken cancellation, int most = int.MaxValue)
    {
        var work = new FolderQueue();
        using var start = FolderLister.Open(root);
        var listers = new FolderLister[ThreadCount];
        for (var i = 0; i < listers.Length; i++)
        {
            listers[i] = start.ForThread();
            listers[i].MaxCount = most;
        }

        try
        {
            work.Add(string.Empty);
            var second = new Thread(() => Run(listers[1], work, enters, cancellation)) { Name = "scan", IsBackground = true };
            second.Start();
            Run(listers[0], work, enters, cancellation);
            second.Join();
        }
        finally
        {
            listers[0].Dispose();
            listers[1].Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
        work.ThrowIfFailed();
        listers[0].Entries.AddRange(listers[1].Entries);
        listers[0].Folders.AddRange(listers[1].Folders);
        listers[0].Problems.AddRange(listers[1].Problems);
        return new ScannedTree(root, listers[0].Entries, listers[0].Folders, listers[0].Problems);
    }

    private static void Run(FolderLister lister, FolderQueue work, Func<string, bool>? enters, CancellationToken cancellation)
    {
        var folders = new List<string>();
        while (work.Take() is { } folder)
        {
            try
            {
                folders.Clear();
                if (!cancellation.IsCancellationRequested)
                {
                    lister.List(folder, enters, folders);
                }
            }
            catch (Exception exception)
            {
                // An exception must not end a thread, and with it the process: the caller gets it.
                work.Fail(exception);
            }

            work.Done(folders);
        }
    }
}

/// <summary>The folders that are still to be listed, for several threads.</summary>
internal sealed class FolderQueue
{
    private readonly Stack<string> _folders = new();
    private readonly object _gate = new();
    private int _unfinished;
    private Exception? _failure;

    public void Add(string folder)
    {
        lock (_gate)
        {
            _folders.Push(folder);
            _unfinished++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next folder; <see langword="null"/> when all are listed or one failed.</summary>
    public string? Take()
    {
        lock (_gate)
        {
            while (_folders.Count == 0 && _unfinished > 0 && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            return _folders.Count > 0 && _failure is null ? _folders.Pop() : null;
        }
    }

    /// <summary>A folder is listed and has these folders in it.</summary>
    public void Done(List<string> folders)
    {
        lock (_gate)
        {
            for (var i = 0; i < folders.Count; i++)
            {
                _folders.Push(folders[i]);
            }

            _unfinished += folders.Count - 1;
            if (folders.Count > 0 || _unfinished == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= exception;
            Monitor.PulseAll(_gate);
        }
    }

    public void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}

/// <summary>What lies below a folder.</summary>
/// <param name="Root">The folder, absolute.</param>
/// <param name="Entries">Everything below it but what the caller did not want to enter, in no order.</param>
/// <param name="Folders">The folder and those below it that were entered, in no order.</param>
/// <param name="Problems">What was passed over, in no order.</param>
internal sealed record ScannedTree(
    string Root,
    IReadOnlyList<ScannedEntry> Entries,
    IReadOnlyList<ScannedFolder> Folders,
    IReadOnlyList<ScanProblem> Problems)
{
    /// <summary>Where a link leads, as it stands in the link; <see langword="null"/> where it is gone.</summary>
    public string? ReadLink(ScannedEntry link)
    {
        try
        {
            return new FileInfo(System.IO.Path.Join(Root, link.Path)).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A folder of a scanned tree.</summary>
/// <param name="Path">Relative to the root; empty for the root itself.</param>
/// <param name="Content">
/// The digest of the names in it, in the order of the file system, and of what that says of each. Two equal ones mean that
/// nothing there has changed; the same folder may give another one after it was mounted anew.
/// </param>
/// <param name="NewestChange">The latest change of anything in it but folders, in nanoseconds since 1970.</param>
internal sealed record ScannedFolder(string Path, Sha256Digest Content, long NewestChange);

/// <summary>Something below the root of a scanned tree. It may be a file, a folder, a link, or none of these (a pipe, a socket, a device).</summary>
/// <remarks>A class: lists of an own struct are not precompiled.</remarks>
internal sealed class ScannedEntry(string path, in FileStat stat)
{
    private readonly FileStat _stat = stat;

    /// <summary>Relative to the root, with <c>/</c> between the names.</summary>
    public string Path { get; } = path;

    /// <summary>What the file system says of it, links not followed; of a folder its kind alone.</summary>
    public ref readonly FileStat Stat => ref _stat;

    /// <summary>The last name of the path.</summary>
    public ReadOnlySpan<char> Name => Path.AsSpan(Path.LastIndexOf('/') + 1);
}

/// <summary>Something in a tree that was passed over.</summary>
/// <param name="Path">Relative to the root; bytes that are not UTF-8 are replaced by U+FFFD.</param>
/// <param name="Kind">Why.</param>
internal sealed record ScanProblem(string Path, ScanProblemKind Kind);

/// <summary>Why something in a tree was passed over.</summary>
internal enum ScanProblemKind
{
    /// <summary>Its name is not UTF-8.</summary>
    NameIsNoText,

    /// <summary>A folder that may not be listed, or cannot be.</summary>
    Unreadable,
}
