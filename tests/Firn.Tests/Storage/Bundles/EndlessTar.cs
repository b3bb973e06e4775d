namespace Firn.Tests.Storage.Bundles;

/// <summary>A tar of more and more members, each right.</summary>
internal sealed class EndlessTar : Stream
{
    private byte[] _member = [];
    private int _start;
    private int _count;

    /// <summary>How many bytes were read.</summary>
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Given;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _member.Length)
        {
            _member = HostileTar.File($"{_count++:D9}");
            _start = 0;
        }

        var count = Math.Min(buffer.Length, _member.Length - _start);
        _member.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        Given += count;
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
