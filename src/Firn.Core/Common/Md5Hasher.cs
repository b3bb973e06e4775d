using System.Security.Cryptography;

namespace Firn.Common;

/// <summary>
/// Computes an MD5 piece by piece, for the formats of others that ask for one: OpenSSL's, or Firn's own where there is
/// none or where it refuses (FIPS). It proves nothing.
/// </summary>
internal sealed class Md5Hasher : IDisposable
{
    private const int HashLength = 16;
    private readonly IncrementalHash? _native = CreateNative();
    private ManagedMd5? _managed;

    /// <summary>The MD5 of the bytes as 32 lower-case hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        using var hasher = new Md5Hasher();
        hasher.Append(content);
        return hasher.Finish();
    }

    /// <summary>Takes the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        if (_native is not null)
        {
            _native.AppendData(content);
        }
        else
        {
            (_managed ??= new ManagedMd5()).Append(content);
        }
    }

    /// <summary>The MD5 of all that was taken, as hexadecimal digits; the next content may follow.</summary>
    public string Finish()
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (_native is not null)
        {
            _native.GetHashAndReset(hash);
        }
        else
        {
            (_managed ?? new ManagedMd5()).Finish(hash);
            _managed = null;
        }

        return Hex.Of(hash);
    }

    public void Dispose() => _native?.Dispose();

    private static IncrementalHash? CreateNative()
    {
        try
        {
            return NativeCryptography.IsPresent ? CreateHash() : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // The analyzer's warning is for those who trust an MD5.
#pragma warning disable CA5351
    private static IncrementalHash CreateHash() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
}
