using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>Computes the digest of what is read through it, and ends the reading where there is more than there may be.</summary>
/// <param name="source">What is read; it stays open.</param>
/// <param name="limit">The most bytes that it may have.</param>
/// <param name="isDigested">Whether the digest is wanted, or only the limit.</param>
internal sealed class DigestingStream(Stream source, long limit, bool isDigested = true) : ForwardReadStream
{
    private readonly Sha256Hasher? _hasher = isDigested ? new Sha256Hasher() : null;
    private long _length;

    /// <summary>How many bytes were read.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The digest of all that was read.</summary>
    public Sha256Digest Finish() =>
        _hasher?.Finish() ?? throw new InvalidOperationException("no digest was wanted");

    /// <summary>Reads what is left for its digest alone: bytes behind compressed content belong to it.</summary>
    public void Drain()
    {
        var rest = new byte[4096];
        while (Read(rest) > 0)
        {
            // Read only for its digest.
        }
    }

    /// <exception cref="InvalidDataException">The source is longer than the limit.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        _length += count;
        if (_length > limit)
        {
            throw new InvalidDataException($"it is longer than the {limit} bytes that its index says");
        }

        _hasher?.Append(buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        _hasher?.Dispose();
        base.Dispose(disposing);
    }
}
