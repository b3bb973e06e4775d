using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Common.Files;

/// <summary>
/// Lists the names in one folder on Linux, with the kinds that the folder itself tells. .NET asks for each entry once more
/// (<c>lstat</c>, <c>geteuid</c>) to tell a link from a file.
/// </summary>
internal static unsafe partial class LinuxNames
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
