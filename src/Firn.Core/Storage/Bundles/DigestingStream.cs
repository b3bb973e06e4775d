using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>Computes the digest of what is read through it, and ends the reading where there is more than there may be.</summary>
internal sealed class DigestingStream(Stream source, long limit) : Stream
{
    private readonly Sha256Hasher _hasher = new();
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>How many bytes were read.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The digest of all that was read.</summary>
    public Sha256Digest Finish() => _hasher.Finish();

    /// <exception cref="InvalidDataException">The source is longer than the limit.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        _length += count;
        if (_length > limit)
        {
            throw new InvalidDataException($"it is longer than the {limit} bytes that its index says");
        }

        _hasher.Append(buffer[..count]);
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

    protected override void Dispose(bool disposing)
    {
        _hasher.Dispose();
        base.Dispose(disposing);
    }
}
