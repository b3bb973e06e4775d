using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Files;

/// <summary>Lists folders with three calls of Linux and no others: <c>openat</c>, <c>getdents64</c>, <c>statx</c>.</summary>
internal sealed unsafe partial class LinuxFolderLister : FolderLister
{
    private const int BufferLength = 64 * 1024;

    // struct linux_dirent64 (linux/dirent.h).
    private const int LengthOffset = 16;
    private const int KindOffset = 18;
    private const int NameOffset = 19;

    /// <summary>DT_DIR; a file system that does not tell kinds says 0.</summary>
    private const byte FolderKind = 4;
    private readonly SafeFileHandle _root;
    private readonly bool _ownsRoot;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength);
    private readonly byte[] _path = new byte[MaximumPath + 1];
    private readonly char[] _text = new char[MaximumPath + 256];

    private const int MaximumPath = 4096;

    private LinuxFolderLister(SafeFileHandle root, bool ownsRoot)
    {
        _root = root;
        _ownsRoot = ownsRoot;
    }

    /// <exception cref="FirnException">There is no such folder, or it may not be read.</exception>
    public static LinuxFolderLister OpenRoot(string root)
    {
        var descriptor = Libc.Open(root, OpenFlags.Read | OpenFlags.Directory | OpenFlags.CloseOnExec);
        return descriptor >= 0
            ? new LinuxFolderLister(new SafeFileHandle(descriptor, ownsHandle: true), ownsRoot: true)
            : throw new FirnException(
                $"cannot list {root}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}",
                "check the path and its permissions");
    }

    public override FolderLister ForThread() => new LinuxFolderLister(_root, ownsRoot: false);

    protected override void ListEntries(string folder, Func<string, bool>? enters, List<string> folders)
    {
        var descriptor = OpenFolder(folder);
        if (descriptor < 0)
        {
            Problems.Add(new ScanProblem(folder, ScanProblemKind.Unreadable));
            return;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var start = CopyStart(folder);
        fixed (byte* buffer = _buffer)
        {
            nint length;
            while ((length = ReadEntries(descriptor, buffer, BufferLength)) > 0)
            {
                for (var offset = 0; offset < length;)
                {
                    var entry = buffer + offset;
                    offset += *(ushort*)(entry + LengthOffset);
                    AddEntry(descriptor, entry, start, enters, folders);
                }
            }

            if (length < 0)
            {
                Problems.Add(new ScanProblem(folder, ScanProblemKind.Unreadable));
            }
        }
    }

    public override void Dispose()
    {
        if (_ownsRoot)
        {
            _root.Dispose();
        }

        base.Dispose();
    }

    private int OpenFolder(string folder)
    {
        if (folder.Length == 0)
        {
            folder = ".";
        }
        else if (Encoding.UTF8.GetByteCount(folder) > MaximumPath)
        {
            return -1;
        }

        _path[Encoding.UTF8.GetBytes(folder, _path)] = 0;
        fixed (byte* path = _path)
        {
            return OpenAt(
                (int)_root.DangerousGetHandle(),
                path,
                OpenFlags.Read | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec);
        }
    }

    /// <summary>What all paths in the folder start with.</summary>
    private int CopyStart(string folder)
    {
        folder.CopyTo(_text);
        if (folder.Length > 0)
        {
            _text[folder.Length] = '/';
        }

        return folder.Length == 0 ? 0 : folder.Length + 1;
    }

    private void AddEntry(int descriptor, byte* entry, int start, Func<string, bool>? enters, List<string> folders)
    {
        var name = entry + NameOffset;
        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)))
        {
            return;
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        var path = new string(_text, 0, start + Encoding.UTF8.GetChars(bytes, _text.AsSpan(start)));
        if (!Utf8.IsValid(bytes))
        {
            Problems.Add(new ScanProblem(path, ScanProblemKind.NameIsNoText));
        }
        else if (entry[KindOffset] == FolderKind)
        {
            Add(path, new FileStat { Mode = FileStat.Directory }, enters, folders);
        }
        else if (FileStatReader.TryReadAt(descriptor, name, out var stat))
        {
            // What is gone since it was listed is not there.
            Add(path, stat, enters, folders);
        }
    }

    [LibraryImport("libc", EntryPoint = "openat")]
    private static partial int OpenAt(int folder, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64")]
    private static partial nint ReadEntries(int descriptor, byte* buffer, nuint length);
}
