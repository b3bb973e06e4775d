using System.IO.Compression;
using Firn.Common;

namespace Firn.Python;

/// <summary>The names and bytes in a zip file on the search path. It is opened for each access: such files are rare.</summary>
internal sealed class ZipFiles
{
    // The list of names is kept in memory; the standard library's zip has 10 MB.
    private const long LargestFile = 1L << 27;
    private readonly string _path;
    private readonly List<string> _names;

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
        var isRead = WithArchive(path, archive =>
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
        var content = new FileContent(FileReadStatus.Missing, [], 0);
        WithArchive(_path, archive =>
        {
            if (archive.GetEntry(name) is { } entry)
            {
                content = Read(entry, limit);
            }
        });
        return content;
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

    private static bool WithArchive(string path, Action<ZipArchive> action)
    {
        using var handle = BoundedFile.Open(path, out _);
        try
        {
            if (handle is null || RandomAccess.GetLength(handle) is 0 or > LargestFile)
            {
                return false;
            }

            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 4096);
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            action(archive);
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException
            or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
