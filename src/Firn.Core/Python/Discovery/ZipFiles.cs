using System.IO.Compression;
using Firn.Common.Files;

namespace Firn.Python.Discovery;

/// <summary>
/// The names and bytes in a zip file on the search path. It is opened for each access, so that no file stays open; one
/// that is asked for many files stays open after all, since each opening reads the names of all.
/// </summary>
internal sealed class ZipFiles
{
    // The list of names is kept in memory; the standard library's zip has 10 MB.
    private const long LargestFile = 1L << 27;
    private const int MaxOpenings = 32;
    // Two threads may read metadata out of one zip file, and an archive is for one at a time.
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly List<string> _names;
    private ZipArchive? _kept;
    private int _openings;

    private ZipFiles(string path, List<string> names)
    {
        _path = path;
        _names = names;
    }

    /// <summary>All names, in the order of the central directory.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Opens a zip file; <see langword="null"/> where it is none.</summary>
    public static ZipFiles? Open(string path)
    {
        var names = new List<string>();
        var isRead = WithArchive(path, null, keeps: false, archive =>
        {
            foreach (var entry in archive.Entries)
            {
                names.Add(entry.FullName);
            }
        });
        return isRead ? new ZipFiles(path, names) : null;
    }

    /// <summary>The first parts of all names, each once.</summary>
    public IReadOnlyList<DirectoryEntry> TopLevel()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<DirectoryEntry>();
        foreach (var name in _names)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            var top = slash < 0 ? name : name[..slash];
            if (top.Length > 0 && seen.Add(top))
            {
                var kind = slash < 0 ? DirectoryEntryKind.File : DirectoryEntryKind.Directory;
                entries.Add(new DirectoryEntry(top, kind));
            }
        }

        return entries;
    }

    /// <summary>One file's bytes, at most <paramref name="limit"/>.</summary>
    public FileContent Read(string name, int limit)
    {
        lock (_gate)
        {
            return ReadAlone(name, limit);
        }
    }

    private FileContent ReadAlone(string name, int limit)
    {
        var content = new FileContent(FileReadStatus.Missing, [], 0);
        var keeps = ++_openings > MaxOpenings;
        var isRead = WithArchive(_path, _kept, keeps, archive =>
        {
            _kept = keeps ? archive : null;
            if (archive.GetEntry(name) is { } entry)
            {
                content = Read(entry, limit);
            }
        });
        return isRead ? content : new FileContent(FileReadStatus.Missing, [], 0);
    }

    private static FileContent Read(ZipArchiveEntry entry, int limit)
    {
        using var stream = entry.Open();
        var buffer = new byte[Math.Min(limit, Math.Max(entry.Length, 0)) + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > limit
            ? new FileContent(FileReadStatus.TooLarge, buffer, limit)
            : new FileContent(FileReadStatus.Read, buffer, length);
    }

    private static bool WithArchive(string path, ZipArchive? known, bool keeps, Action<ZipArchive> action)
    {
        ZipArchive? opened = null;
        try
        {
            opened = known is null ? OpenArchive(path) : null;
            if ((known ?? opened) is not { } archive)
            {
                return false;
            }

            action(archive);
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException
            or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return false;
        }
        finally
        {
            if (!keeps)
            {
                opened?.Dispose();
            }
        }
    }

    private static ZipArchive? OpenArchive(string path)
    {
        var handle = BoundedFile.Open(path, out _);
        if (handle is null)
        {
            return null;
        }

        try
        {
            if (RandomAccess.GetLength(handle) is > 0 and <= LargestFile)
            {
                var archive = new ZipArchive(new FileStream(handle, FileAccess.Read, bufferSize: 4096), ZipArchiveMode.Read);
                handle = null;
                return archive;
            }

            return null;
        }
        finally
        {
            handle?.Dispose();
        }
    }
}
