using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Conda.Linking;

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
