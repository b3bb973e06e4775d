using System.Text;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Git;

/// <summary>
/// Looks up files of the index in the work tree. A path that leads out of it, by its parts or through a link in place
/// of a folder, is never followed.
/// </summary>
internal sealed class GitWorkTree(string root) : IDisposable
{
    private readonly SafeFileHandle? _root = OperatingSystem.IsLinux() ? BoundedFile.Open(root, out _) : null;
    private readonly byte[] _path = new byte[4097];
    private byte[] _folder = [];

    /// <summary>How much of <see cref="_folder"/> is known to be folders.</summary>
    private int _realLength;

    /// <summary>The path of a file, for people and for .NET; bytes that are not UTF-8 are lost.</summary>
    public static string Text(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path);

    public string Absolute(string relative) => Path.Join(root, relative);

    /// <summary>Whether the path stays in the work tree and out of <c>.git</c> (git: <c>verify_path</c>).</summary>
    public static bool IsSafe(ReadOnlySpan<byte> path)
    {
        if (path.Length > 4096 || path.IndexOf((byte)0) >= 0
            || (OperatingSystem.IsWindows() && path.IndexOfAny((byte)'\\', (byte)':') >= 0))
        {
            return false;
        }

        while (true)
        {
            var end = path.IndexOf((byte)'/');
            var part = end < 0 ? path : path[..end];
            if (part.IsEmpty || part.SequenceEqual("."u8) || part.SequenceEqual(".."u8)
                || (part.Length == 4 && Ascii.EqualsIgnoreCase(part, ".git"u8)))
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            path = path[(end + 1)..];
        }
    }

    /// <summary>What the file system says of a safe path.</summary>
    /// <returns>Whether something is there that is not reached through a link.</returns>
    public bool TryRead(ReadOnlySpan<byte> path, out FileStat stat)
    {
        stat = default;
        path.CopyTo(_path);
        return IsInRealFolder(path[..(path.LastIndexOf((byte)'/') + 1)]) && TryStat(path.Length, out stat);
    }

    public void Dispose() => _root?.Dispose();

    /// <summary>Files come sorted, so most are in the folder that was asked about last.</summary>
    private bool IsInRealFolder(ReadOnlySpan<byte> folder)
    {
        if (folder.SequenceEqual(_folder))
        {
            return _realLength == folder.Length;
        }

        var common = Math.Min(folder.CommonPrefixLength(_folder), _realLength);
        _realLength = folder[..common].LastIndexOf((byte)'/') + 1;
        _folder = folder.ToArray();
        while (_realLength < folder.Length)
        {
            var length = folder[_realLength..].IndexOf((byte)'/');
            if (!TryStat(_realLength + length, out var stat) || !stat.IsDirectory)
            {
                return false;
            }

            _realLength += length + 1;
        }

        return true;
    }

    /// <summary>Asks about the first bytes of the path.</summary>
    private unsafe bool TryStat(int length, out FileStat stat)
    {
        if (_root is null)
        {
            return FileStatReader.TryRead(Absolute(Text(_path.AsSpan(0, length))), out stat);
        }

        var next = _path[length];
        _path[length] = 0;
        bool found;
        fixed (byte* pointer = _path)
        {
            found = FileStatReader.TryReadAt((int)_root.DangerousGetHandle(), pointer, out stat);
        }

        _path[length] = next;
        return found;
    }
}
