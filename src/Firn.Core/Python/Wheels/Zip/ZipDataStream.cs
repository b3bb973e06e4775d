using Microsoft.Win32.SafeHandles;

namespace Firn.Python.Wheels.Zip;

/// <summary>The bytes of one member as they lie in the file.</summary>
internal sealed class ZipDataStream(SafeFileHandle file, long offset, long length) : Stream
{
    private long _offset = offset;
    private long _left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        var count = RandomAccess.Read(file, buffer.Length > _left ? buffer[..(int)_left] : buffer, _offset);
        _offset += count;
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
