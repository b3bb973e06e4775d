using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Objects;

/// <summary>A file of the user's while it is read into the store.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly string _path;
    private readonly string _realPath;
    private readonly FileStat _before;
    private readonly SafeFileHandle _handle;

    private SourceFile(string path, string realPath, FileStat before, SafeFileHandle handle)
    {
        _path = path;
        _realPath = realPath;
        _before = before;
        _handle = handle;
    }

    /// <summary>The size when it was opened.</summary>
    public long Size => _before.Size;

    /// <summary>Its permissions when it was opened.</summary>
    public UnixFileMode Mode => (UnixFileMode)(_before.Mode & 0x1FF);

    /// <summary>Opens a file, links followed.</summary>
    /// <exception cref="FirnException">It is missing, no regular file, or cannot be read.</exception>
    public static SourceFile Open(string path)
    {
        var realPath = path;
        if (!FileStatReader.TryRead(path, out var stat))
        {
            throw Failure(path, "not found");
        }

        if (stat.IsLink)
        {
            realPath = RealPath.Of(path);
            if (!FileStatReader.TryRead(realPath, out stat))
            {
                throw Failure(path, "it is a link that leads nowhere");
            }
        }

        if (!stat.IsRegularFile)
        {
            throw Failure(path, stat.IsDirectory ? "it is a folder" : "it is not a regular file");
        }

        var handle = BoundedFile.Open(realPath, out var status)
            ?? throw Failure(path, new FileContent(status, [], 0).Reason);
        try
        {
            // A change in the tick of the last one would show in nothing.
            ConsistentRead.Begin((int)handle.DangerousGetHandle(), path);
            return FileStatReader.TryRead(realPath, out stat) ? new SourceFile(path, realPath, stat, handle) : throw Failure(path, "not found");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads at an offset; 0 bytes at the end.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, buffer, offset);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw Failure(_path, exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <summary>What was read must be what somebody wrote, and not half of the old and half of the new.</summary>
    /// <exception cref="FirnException">The file was written to meanwhile.</exception>
    public void MustBeUnchanged()
    {
        if (!FileStatReader.TryRead(_realPath, out var after) || !ConsistentRead.IsSame(_before, after))
        {
            throw new FirnException($"{_path} changed while it was read", "add it again when its writer is done");
        }
    }

    public void Dispose() => _handle.Dispose();

    private static FirnException Failure(string path, string reason, Exception? exception = null) =>
        new($"cannot read {path}: {reason}", "name a file that you may read", innerException: exception);
}

/// <summary>Reads files once, for both digests and the copy, with one buffer for all of them.</summary>
internal sealed class ContentCopier
{
    /// <summary>The most bytes that are read at once.</summary>
    public const int Length = 1024 * 1024;

    private readonly byte[] _buffer = new byte[Length];

    /// <summary>The bytes of a file of at most <see cref="Length"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadSmall(SourceFile source)
    {
        var length = 0;
        while (length < source.Size)
        {
            var read = source.Read(_buffer.AsSpan(length, (int)source.Size - length), length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return _buffer.AsSpan(0, length);
    }

    /// <summary>Copies a file of any size.</summary>
    public StoredFile Copy(SourceFile source, StagedFile target, CancellationToken cancellation)
    {
        using var sha256 = new Sha256Hasher();
        using var md5 = new Md5Hasher();
        long length = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = source.Read(_buffer, length);
            if (read == 0)
            {
                return new StoredFile(sha256.Finish(), md5.Finish(), length);
            }

            var part = _buffer.AsSpan(0, read);
            sha256.Append(part);
            md5.Append(part);
            target.Write(part);
            length += read;
        }
    }
}
