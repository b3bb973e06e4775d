using System.IO.Enumeration;
using Firn.Common.Files;

namespace Firn.Common;

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
        status = OperatingSystem.IsLinux() ? LinuxNames.List(path, entries) : ListPortably(path, entries);
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
