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
    /// <summary>A regular file, or something else that is no folder and no link.</summary>
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
internal static unsafe partial class LinuxDirectoryReader
{
    private const int BufferLength = 16 * 1024;

    // struct linux_dirent64 and the values of d_type (linux/dirent.h, linux/fs.h).
    private const int LengthOffset = 16;
    private const int KindOffset = 18;
    private const int NameOffset = 19;
    private const byte UnknownKind = 0;
    private const byte FolderKind = 4;
    private const byte LinkKind = 10;

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
        nint length;
        while ((length = ReadEntries(descriptor, buffer, BufferLength)) > 0)
        {
            for (var offset = 0; offset < length;)
            {
                var entry = buffer + offset;
                offset += *(ushort*)(entry + LengthOffset);
                Add(descriptor, entry + NameOffset, entry[KindOffset], entries);
            }
        }

        var status = length < 0 ? StatusOf(Marshal.GetLastPInvokeError()) : FileReadStatus.Read;
        _ = Close(descriptor);
        return status;
    }

    private static void Add(int folder, byte* name, byte kind, List<DirectoryEntry> entries)
    {
        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))
        {
            return;
        }

        var text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        entries.Add(new DirectoryEntry(text, kind switch
        {
            FolderKind => DirectoryEntryKind.Directory,
            LinkKind => DirectoryEntryKind.Link,
            UnknownKind => Asked(folder, name),
            _ => DirectoryEntryKind.File,
        }));
    }

    /// <summary>Some file systems do not keep the kinds in the folder.</summary>
    private static DirectoryEntryKind Asked(int folder, byte* name) =>
        !FileStatReader.TryReadAt(folder, name, out var stat) ? DirectoryEntryKind.File
        : stat.IsDirectory ? DirectoryEntryKind.Directory
        : stat.IsLink ? DirectoryEntryKind.Link
        : DirectoryEntryKind.File;

    private static FileReadStatus StatusOf(int error) => error switch
    {
        Libc.NoEntry => FileReadStatus.Missing,
        Libc.AccessDenied or Libc.NotPermitted => FileReadStatus.Denied,
        _ => FileReadStatus.Unreadable,
    };

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint ReadEntries(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
