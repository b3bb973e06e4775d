using System.Runtime.InteropServices;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Writing;

/// <summary>
/// Writes new files into a tree, one after the other; each thread has its own. A file that is there already is left as
/// it is, and the caller is told. The paths come sorted, so the folder of the last file stays open.
/// </summary>
/// <param name="folders">The tree.</param>
/// <param name="isReadOnly">Whether its files may not be changed: 0444 and 0555 instead of 0666 and 0777, less the umask.</param>
internal sealed unsafe class TreeWriter(TreeFolders folders, bool isReadOnly) : PrefixWriter
{
    private readonly Utf8Path _utf8 = new();
    private string? _folder;
    private int _folderDescriptor = -1;
    private string _path = string.Empty;
    private SafeFileHandle? _handle;
    private int _file = -1;

    /// <inheritdoc/>
    public override TreeWriter Scratch => this;

    /// <summary>The tree's own folder, absolute.</summary>
    public string Folder => folders.Path;

    /// <inheritdoc/>
    public override bool TryBegin(string path, bool isExecutable, long size) => TryBegin(path, isExecutable);

    /// <summary>Creates the file.</summary>
    /// <returns>False where something of this name is there.</returns>
    public bool TryBegin(string path, bool isExecutable)
    {
        var name = Enter(path);
        _path = path;
        var mode = (isReadOnly ? 0x124u : 0x1B6u) | (isExecutable ? 0x49u : 0);
        if (OperatingSystem.IsLinux())
        {
            fixed (byte* bytes = _utf8.Set(name))
            {
                _file = Libc.OpenAt(_folderDescriptor, bytes, OpenFlags.NewFile, mode);
            }

            if (_file >= 0)
            {
                return true;
            }

            var error = Marshal.GetLastPInvokeError();
            return error == Errno.Exists ? false : throw folders.Failure(path, error);
        }

        return TryBeginPortably(path, mode);
    }

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> content)
    {
        fixed (byte* bytes = content)
        {
            var written = 0;
            while (written < content.Length)
            {
                var count = (int)Libc.Write(_file, bytes + written, content.Length - written);
                if (count < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error == Errno.Interrupted)
                    {
                        continue;
                    }

                    Abandon();
                    throw folders.Failure(_path, error);
                }

                written += count;
            }
        }
    }

    /// <summary>Makes the file a clone of another one, which shares its blocks.</summary>
    /// <returns>0, or errno.</returns>
    public int Clone(int from) =>
        Libc.Clone(_file, from);

    /// <inheritdoc/>
    public override void End(long modified)
    {
        var times = stackalloc long[] { modified, 0, modified, 0 };
        var failed = FileNames.SetTimes(_file, times) != 0 ? Marshal.GetLastPInvokeError() : 0;
        Abandon();
        if (failed != 0)
        {
            throw folders.Failure(_path, failed);
        }
    }

    /// <summary>Makes a hard link to a file of another folder.</summary>
    /// <param name="fromFolder">The open folder of the file.</param>
    /// <param name="name">Its name, with a NUL behind it; the link gets the same.</param>
    /// <param name="folder">The folder of the link, relative.</param>
    /// <returns>0, or errno.</returns>
    public int Link(int fromFolder, byte* name, string folder)
    {
        Enter(folder, folder.Length);
        return FileNames.Link(fromFolder, name, _folderDescriptor, name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Makes a symbolic link.</summary>
    /// <returns>False where something of this name is there.</returns>
    public bool TryMakeLink(string path, string target)
    {
        var name = Enter(path);
        fixed (byte* bytes = _utf8.Set(name))
        fixed (byte* targetBytes = new Utf8Path().Set(target))
        {
            if (FileNames.MakeLink(targetBytes, _folderDescriptor, bytes) == 0)
            {
                return true;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Errno.Exists ? false : throw folders.Failure(path, error);
    }

    /// <inheritdoc/>
    public override void MakeFolder(string path) => folders.Make(path);

    /// <inheritdoc/>
    public override void Remove(string path)
    {
        fixed (byte* bytes = _utf8.Set(Enter(path)))
        {
            _ = FileNames.Unlink(_folderDescriptor, bytes, 0);
        }
    }

    /// <inheritdoc/>
    public override void SetTime(string path, long modified)
    {
        var times = stackalloc long[] { modified, 0, modified, 0 };
        fixed (byte* bytes = _utf8.Set(Enter(path)))
        {
            if (FileNames.SetTimes(_folderDescriptor, bytes, times, 0) != 0)
            {
                throw folders.Failure(path, Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Closes the file that is begun, whatever it holds.</summary>
    public void Abandon()
    {
        if (_handle is not null)
        {
            _handle.Dispose();
            _handle = null;
        }
        else if (_file >= 0)
        {
            _ = Libc.Close(_file);
        }

        _file = -1;
    }

    public override void Dispose()
    {
        Abandon();
        if (_folderDescriptor >= 0)
        {
            _ = Libc.Close(_folderDescriptor);
            _folderDescriptor = -1;
        }
    }

    private bool TryBeginPortably(string path, uint mode)
    {
        try
        {
            var full = Path.Join(folders.Path, path);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = (UnixFileMode)mode;
            }

            _handle = new FileStream(full, options).SafeFileHandle;
            _file = (int)_handle.DangerousGetHandle();
            return true;
        }
        catch (IOException) when (File.Exists(Path.Join(folders.Path, path)))
        {
            return false;
        }
    }

    private ReadOnlySpan<char> Enter(string path)
    {
        var slash = path.LastIndexOf('/');
        Enter(path, Math.Max(slash, 0));
        return path.AsSpan(slash + 1);
    }

    /// <summary>Opens the folder that the first characters of a path name, unless it is the one that is open.</summary>
    private void Enter(string path, int length)
    {
        var folder = path.AsSpan(0, length);
        if (_folder is not null && folder.SequenceEqual(_folder))
        {
            return;
        }

        if (_folderDescriptor >= 0)
        {
            _ = Libc.Close(_folderDescriptor);
            _folderDescriptor = -1;
        }

        _folder = null;
        var entered = length == path.Length ? path : folder.ToString();
        _folderDescriptor = folders.Open(entered, _utf8);
        _folder = entered;
    }
}
