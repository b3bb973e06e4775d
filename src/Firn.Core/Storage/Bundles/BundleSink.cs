using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>Takes the content of one member after the other and computes the digest of each.</summary>
internal sealed class BundleSink(OutputBuffer output, bool withDigests = true) : IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private long _length;
    private long _left;
    private Sha256Digest? _whole;

    /// <summary>Takes the next bytes of the content.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = Space(bytes.Length);
            var count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Memory to write into, as much as wanted where the buffer is that large; <see cref="Advance"/> takes the bytes.</summary>
    internal Span<byte> Space(long wanted) => output.Space((int)Math.Min(wanted, output.Capacity));

    internal void Advance(int count)
    {
        if (count > _left)
        {
            throw new InvalidOperationException("a member writes more than its length");
        }

        var piece = output.Space(count)[..count];
        if (!withDigests)
        {
            // Only the bytes are wanted.
        }
        else if (count == _length)
        {
            // Most files come whole, and a digest in one call is cheaper.
            _whole = Sha256Digest.Of(piece);
        }
        else if (count > 0)
        {
            _hasher.Append(piece);
        }

        output.Advance(count);
        _left -= count;
    }

    internal void Start(long length)
    {
        _length = length;
        _left = length;
        _whole = null;
    }

    internal Sha256Digest? Finish()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException("a member writes less than its length");
        }

        return withDigests ? _whole ?? _hasher.Finish() : null;
    }

    public void Dispose() => _hasher.Dispose();
}
