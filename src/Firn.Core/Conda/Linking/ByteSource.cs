using Firn.Common;

namespace Firn.Conda.Linking;

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
