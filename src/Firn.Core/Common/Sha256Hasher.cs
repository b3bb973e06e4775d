using System.Security.Cryptography;

namespace Firn.Common;

/// <summary>Computes a SHA-256 piece by piece: OpenSSL's, or Firn's own where there is none.</summary>
internal sealed class Sha256Hasher : IDisposable
{
    private readonly IncrementalHash? _native =
        NativeCryptography.IsPresent ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    private ManagedSha256? _managed;

    /// <summary>Takes the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        if (_native is not null)
        {
            _native.AppendData(content);
        }
        else
        {
            (_managed ??= new ManagedSha256()).Append(content);
        }
    }

    /// <summary>The digest of all that was taken; the next content may follow.</summary>
    public Sha256Digest Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (_native is not null)
        {
            _native.GetHashAndReset(hash);
        }
        else
        {
            (_managed ?? new ManagedSha256()).Finish(hash);
            _managed = null;
        }

        return Sha256Digest.OfHash(hash);
    }

    public void Dispose() => _native?.Dispose();
}
