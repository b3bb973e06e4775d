using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>Computes the digest of what is written through it.</summary>
internal sealed class DigestingSink(IByteSink target) : IByteSink, IDisposable
{
    private readonly Sha256Hasher _hasher = new();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hasher.Append(bytes);
        target.Write(bytes);
    }

    /// <summary>The digest of all that was written.</summary>
    public Sha256Digest Finish() => _hasher.Finish();

    public void Dispose() => _hasher.Dispose();
}
