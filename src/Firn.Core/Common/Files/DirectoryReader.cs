using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>Lists folders as <c>os.listdir</c> does: names in the order of the file system, never sorted.</summary>
internal static class DirectoryReader
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The names in the folder in the file system's order.</summary>
    /// <param name="path">The folder; a link to a folder is followed.</param>
    /// <param name="status">Read; or Missing, Denied or Unreadable, and then nothing is listed.</param>
    public static IReadOnlyList<DirectoryEntry> List(string path, out FileReadStatus status)
    {
        var entries = new List<DirectoryEntry>();
        status = OperatingSystem.IsLinux() ? LinuxDirectoryReader.List(path, entries) : ListPortably(path, entries);
        return entries;
    }

    private static FileReadStatus ListPortably(string path, List<DirectoryEntry> entries)
    {
        try
        {
            var names = new FileSystemEnumerable<DirectoryEntry>(path, Entry, Everything);
            foreach (var entry in names)
            {
                entries.Add(entry);
            }

            return FileReadStatus.Read;
        }
        catch (DirectoryNotFoundException)
        {
            return FileReadStatus.Missing;
        }
        catch (UnauthorizedAccessException)
        {
            return FileReadStatus.Denied;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            return FileReadStatus.Unreadable;
        }
    }

    private static DirectoryEntry Entry(ref FileSystemEntry entry)
    {
        var name = entry.FileName.ToString();
        if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
        {
            return new DirectoryEntry(name, DirectoryEntryKind.Link);
        }

        return new DirectoryEntry(name, entry.IsDirectory ? DirectoryEntryKind.Directory : DirectoryEntryKind.File);
    }
}

/// <summary>A name in a folder.</summary>
/// <remarks>A class: lists and enumerators of an own struct are not precompiled and cost 10 ms to compile at run time.</remarks>
internal sealed record DirectoryEntry(string Name, DirectoryEntryKind Kind);

/// <summary>What a name in a folder stands for, links not followed.</summary>
internal enum DirectoryEntryKind
{
    /// <summary>A regular file, or something else that is not a folder and no link.</summary>
    File,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A symbolic link, whatever it leads to.</summary>
    Link,
}

/// <summary>
/// Lists the names in one folder on Linux, with the kinds that the folder itself tells. .NET asks for each entry once more
/// (<c>lstat</c>, <c>geteuid</c>) to tell a link from a file.
/// </summary>
internal static unsafe class LinuxDirectoryReader
{
    private const int BufferLength = 16 * 1024;

    /// <summary>Adds the names; what was listed before an error stays.</summary>
    public static FileReadStatus List(string path, List<DirectoryEntry> entries)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return FileReadStatus.Unreadable;
        }

        var descriptor = Libc.Open(path, OpenFlags.Read | OpenFlags.Directory | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return StatusOf(Marshal.GetLastPInvokeError());
        }

        var buffer = stackalloc byte[BufferLength];
        var walk = new LinuxFolderWalk(descriptor, buffer, BufferLength);
        while (walk.MoveNext())
        {
            var name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(walk.Name));
            entries.Add(new DirectoryEntry(name, walk.Kind switch
            {
                LinuxFolderWalk.FolderKind => DirectoryEntryKind.Directory,
                LinuxFolderWalk.LinkKind => DirectoryEntryKind.Link,
                LinuxFolderWalk.UnknownKind => Asked(descriptor, walk.Name),
                _ => DirectoryEntryKind.File,
            }));
        }

        _ = Libc.Close(descriptor);
        return walk.Error == 0 ? FileReadStatus.Read : StatusOf(walk.Error);
    }

    /// <summary>Some file systems do not keep the kinds in the folder.</summary>
    private static DirectoryEntryKind Asked(int folder, byte* name) =>
        !FileStatReader.TryReadAt(folder, name, out var stat) ? DirectoryEntryKind.File
        : stat.IsDirectory ? DirectoryEntryKind.Directory
        : stat.IsLink ? DirectoryEntryKind.Link
        : DirectoryEntryKind.File;

    private static FileReadStatus StatusOf(int error) => error switch
    {
        Errno.NoEntry => FileReadStatus.Missing,
        Errno.AccessDenied or Errno.NotPermitted => FileReadStatus.Denied,
        _ => FileReadStatus.Unreadable,
    };
}
