using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Files;

/// <summary>
/// The bytes of a file that prefixes are put into or taken out of: read at any offset, never whole in memory. Not for
/// several threads at once.
/// </summary>
internal abstract class ByteSource : IDisposable
{
    private const int CopyBuffer = 256 * 1024;

    public abstract long Length { get; }

    /// <summary>Fills the whole destination with the bytes at the offset.</summary>
    /// <exception cref="IOException">The bytes cannot be read, or the file ends before.</exception>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>Hands out all bytes in order, in pieces.</summary>
    public void CopyTo(TakeBytes take)
    {
        var buffer = new byte[(int)Math.Min(Length, CopyBuffer)];
        for (var offset = 0L; offset < Length; offset += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - offset));
            Read(offset, piece);
            take(piece);
        }
    }

    /// <summary>The SHA-256 of all bytes.</summary>
    public Sha256Digest Digest()
    {
        using var hasher = new Sha256Hasher();
        CopyTo(hasher.Append);
        return hasher.Finish();
    }

    public virtual void Dispose()
    {
    }
}

/// <summary>An open file, with the length that it had when it was opened.</summary>
internal sealed class FileByteSource : ByteSource
{
    private readonly SafeFileHandle _handle;

    private FileByteSource(SafeFileHandle handle, long length) => (_handle, Length) = (handle, length);

    public override long Length { get; }

    /// <summary>Opens the file, links followed; <see langword="null"/> with the reason where that fails.</summary>
    public static FileByteSource? Open(string path, out FileReadStatus status)
    {
        var handle = BoundedFile.Open(path, out status);
        if (handle is null)
        {
            return null;
        }

        try
        {
            return new FileByteSource(handle, RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            handle.Dispose();
            status = FileReadStatus.Unreadable;
            return null;
        }
    }

    public override void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read <= 0)
            {
                throw new EndOfStreamException("the file became shorter while it was read");
            }

            destination = destination[read..];
            offset += read;
        }
    }

    public override void Dispose()
    {
        _handle.Dispose();
        base.Dispose();
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryByteSource(ReadOnlyMemory<byte> content) : ByteSource
{
    public override long Length => content.Length;

    public override void Read(long offset, Span<byte> destination) =>
        content.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}
