using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Files;

/// <summary>Lists one folder after the other for one thread.</summary>
internal abstract class FolderLister : IDisposable
{
    private readonly FolderHasher _hasher = new();

    /// <summary>The folders that were listed so far.</summary>
    public List<ScannedFolder> Folders { get; } = [];

    /// <summary>What was found so far.</summary>
    public List<ScannedEntry> Entries { get; } = [];

    /// <summary>What was passed over so far.</summary>
    public List<ScanProblem> Problems { get; } = [];

    /// <summary>How many entries it takes before it gives up.</summary>
    public int MaxCount { get; set; } = int.MaxValue;

    /// <exception cref="FirnException">There is no such folder, or it may not be read.</exception>
    public static FolderLister Open(string root) =>
        OperatingSystem.IsLinux() ? LinuxFolderLister.OpenRoot(root) : new PortableFolderLister(root);

    /// <summary>Another one for the same root, which stays valid as long as this one.</summary>
    public abstract FolderLister ForThread();

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">Relative to the root; empty for the root itself.</param>
    /// <param name="enters">Whether to look into a folder.</param>
    /// <param name="folders">Gets the folders in it that are to be listed.</param>
    public void List(string folder, Func<string, bool>? enters, List<string> folders)
    {
        ListEntries(folder, enters, folders);
        Folders.Add(_hasher.Finish(folder));
    }

    public virtual void Dispose() => _hasher.Dispose();

    protected abstract void ListEntries(string folder, Func<string, bool>? enters, List<string> folders);

    protected void Add(string path, in FileStat stat, Func<string, bool>? enters, List<string> folders)
    {
        var entry = new ScannedEntry(path, stat);
        _hasher.Add(entry.Name, stat);
        Entries.Add(entry);
        if (Entries.Count > MaxCount)
        {
            throw new FirnException(FormattableString.Invariant($"there are more than {MaxCount:N0} files"), "name a smaller folder");
        }

        if (stat.IsDirectory && (enters is null || enters(path)))
        {
            folders.Add(path);
        }
    }
}

/// <summary>Lists folders with three calls of Linux and no others: <c>openat</c>, <c>getdents64</c>, <c>statx</c>.</summary>
internal sealed unsafe class LinuxFolderLister : FolderLister
{
    private const int BufferLength = 64 * 1024;
    private readonly SafeFileHandle _root;
    private readonly bool _ownsRoot;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength);
    private readonly Utf8Path _path = new();
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
            var walk = new LinuxFolderWalk(descriptor, buffer, BufferLength);
            while (walk.MoveNext())
            {
                AddEntry(descriptor, ref walk, start, enters, folders);
            }

            if (walk.Error != 0)
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
        fixed (byte* path = _path.Set(folder.Length == 0 ? "." : folder))
        {
            return Libc.OpenAt((int)_root.DangerousGetHandle(), path, OpenFlags.FolderForReading);
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

    private void AddEntry(int descriptor, ref LinuxFolderWalk walk, int start, Func<string, bool>? enters, List<string> folders)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(walk.Name);
        var path = new string(_text, 0, start + Encoding.UTF8.GetChars(bytes, _text.AsSpan(start)));
        if (!Utf8.IsValid(bytes))
        {
            Problems.Add(new ScanProblem(path, ScanProblemKind.NameIsNoText));
        }
        else if (walk.Kind == LinuxFolderWalk.FolderKind)
        {
            Add(path, new FileStat { Mode = FileStat.Directory }, enters, folders);
        }
        else if (FileStatReader.TryReadAt(descriptor, walk.Name, out var stat))
        {
            // What is gone since it was listed is not there.
            Add(path, stat, enters, folders);
        }
    }
}

/// <summary>Lists folders with what .NET has.</summary>
internal sealed class PortableFolderLister : FolderLister
{
    private readonly string _root;

    public PortableFolderLister(string root)
    {
        _root = root;
        if (!Directory.Exists(root))
        {
            throw new FirnException($"cannot list {root}: no such folder", "check the path");
        }
    }

    public override FolderLister ForThread() => new PortableFolderLister(_root);

    protected override void ListEntries(string folder, Func<string, bool>? enters, List<string> folders)
    {
        var full = folder.Length == 0 ? _root : Path.Join(_root, folder);
        var listed = DirectoryReader.List(full, out var status);
        if (status != FileReadStatus.Read)
        {
            Problems.Add(new ScanProblem(folder, ScanProblemKind.Unreadable));
        }

        foreach (var entry in listed)
        {
            var name = entry.Name;
            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            if (name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                Problems.Add(new ScanProblem(path, ScanProblemKind.NameIsNoText));
            }
            else if (FileStatReader.TryRead(Path.Join(_root, path), out var stat))
            {
                Add(path, stat, enters, folders);
            }
        }
    }
}

/// <summary>Digests what a folder holds while it is listed: later each name would have to be brought back from memory.</summary>
internal sealed class FolderHasher : IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private bool _isFlushed;
    private int _length;
    private long _newest;

    /// <summary>Takes the next entry.</summary>
    /// <param name="name">Its name, of at most 255 bytes as the file system has it.</param>
    /// <param name="stat">What the file system says of it.</param>
    public void Add(ReadOnlySpan<char> name, in FileStat stat)
    {
        var text = MemoryMarshal.AsBytes(name);
        if (_buffer.Length - _length < text.Length + 1 + FileStat.ByteCount)
        {
            Flush();
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
        // No name has it, so none can be taken for the start of another.
        _buffer[_length++] = (byte)'/';
        stat.CopyTo(_buffer.AsSpan(_length));
        _length += FileStat.ByteCount;
        if (!stat.IsDirectory)
        {
            _newest = Math.Max(_newest, stat.NewestChange);
        }
    }

    /// <summary>All that was taken since the last folder was finished.</summary>
    public ScannedFolder Finish(string path)
    {
        Sha256Digest content;
        if (_isFlushed)
        {
            Flush();
            content = _hasher.Finish();
        }
        else
        {
            content = Sha256Digest.Of(_buffer.AsSpan(0, _length));
        }

        var folder = new ScannedFolder(path, content, _newest);
        (_isFlushed, _length, _newest) = (false, 0, 0);
        return folder;
    }

    public void Dispose() => _hasher.Dispose();

    private void Flush()
    {
        _hasher.Append(_buffer.AsSpan(0, _length));
        (_isFlushed, _length) = (true, 0);
    }
}
