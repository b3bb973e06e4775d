using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Bundles;

/// <summary>
/// A file of a bundle while it is written in the store's <c>tmp</c>: counted, digested, and put in its place only when it
/// is whole and on the disk. What never got there is removed.
/// </summary>
internal sealed class PendingFile : IByteSink, IDisposable
{
    private const UnixFileMode ReadBits = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly Sha256Hasher _hasher = new();
    private readonly string _store;
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private bool _isMoved;

    /// <param name="store">The store's folder.</param>
    public PendingFile(string store)
    {
        _store = store;
        _path = Path.Join(store, StoreLayout.Temporary, $"bundle-{Guid.NewGuid():N}.tmp");
        _handle = StoreTree.CreateFile(store, _path);
    }

    /// <summary>How many bytes were written.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hasher.Append(bytes);
        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Brings all bytes to the disk and takes the right to write away.</summary>
    /// <returns>The digest of the bytes.</returns>
    public Sha256Digest Complete()
    {
        if (!OperatingSystem.IsWindows())
        {
            // What the umask allows the others to read stays theirs to read.
            File.SetUnixFileMode(_handle, File.GetUnixFileMode(_handle) & ReadBits);
        }

        if (RandomAccess.GetLength(_handle) != Length)
        {
            throw new IOException($"{_path} has another length than was written");
        }

        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        return _hasher.Finish();
    }

    /// <summary>Gives the file its name, if nothing has it.</summary>
    /// <returns>Whether it has the name now; <see langword="false"/> where another writer was first.</returns>
    public bool TryPlace(string target) => StoreTree.TryTake(_store, _path, target);

    /// <summary>Gives the file its name, in place of a damaged one.</summary>
    public void Replace(string target)
    {
        if (StoreTree.Rename(_store, _path, target) is > 0 and var error)
        {
            throw StoreCalls.Failure(error);
        }

        _isMoved = true;
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _handle.Dispose();
        if (_isMoved)
        {
            return;
        }

        try
        {
            // Also where it was placed: it may keep this name beside its own.
            StoreTree.Delete(_store, _path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays behind as a temporary file, which the collection removes.
        }
    }
}
