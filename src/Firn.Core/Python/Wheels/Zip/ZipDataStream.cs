using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Python.Wheels.Zip;

/// <summary>The bytes of one member as they lie in the file.</summary>
internal sealed class ZipDataStream(SafeFileHandle file, long offset, long length) : ForwardReadStream
{
    private long _offset = offset;
    private long _left = length;

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
}
