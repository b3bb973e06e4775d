using System.Security.Cryptography;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>Computes all digests of a file in one pass.</summary>
internal sealed class FileHasher : IDisposable
{
    private readonly Sha256Hasher _sha256 = new();
    private readonly Md5Hasher _md5 = new();
    private readonly IncrementalHash? _sha384;
    private readonly IncrementalHash? _sha512;
    private long _size;

    /// <param name="expected">SHA-384 and SHA-512 are computed only where one of these is one.</param>
    /// <exception cref="FirnException">This machine cannot compute what was asked for.</exception>
    public FileHasher(FileExpectation expected)
    {
        if (expected.Algorithm is FileHash.Sha384 or FileHash.Sha512 && !NativeCryptography.IsPresent)
        {
            throw new FirnException(
                $"cannot check the {expected.Algorithm} of {expected.Name}: OpenSSL (libssl) is missing",
                "install it, or use a lock with sha256");
        }

        _sha384 = expected.Algorithm == FileHash.Sha384 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA384) : null;
        _sha512 = expected.Algorithm == FileHash.Sha512 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA512) : null;
    }

    /// <summary>How many bytes were taken.</summary>
    public long Size => _size;

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256.Append(content);
        _md5.Append(content);
        _sha384?.AppendData(content);
        _sha512?.AppendData(content);
        _size += content.Length;
    }

    /// <summary>The digests of all that was taken; the next file may follow.</summary>
    public ComputedDigests Finish()
    {
        var size = _size;
        _size = 0;
        return new ComputedDigests
        {
            Sha256 = _sha256.Finish(),
            Md5 = _md5.Finish(),
            Sha384 = _sha384 is null ? null : Hex.Of(_sha384.GetHashAndReset()),
            Sha512 = _sha512 is null ? null : Hex.Of(_sha512.GetHashAndReset()),
            Size = size,
        };
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _md5.Dispose();
        _sha384?.Dispose();
        _sha512?.Dispose();
    }
}

/// <summary>What one pass over a file's bytes computed.</summary>
internal sealed record ComputedDigests
{
    public required Sha256Digest Sha256 { get; init; }

    public required string Md5 { get; init; }

    /// <summary>Only where it was asked for.</summary>
    public string? Sha384 { get; init; }

    /// <summary>Only where it was asked for.</summary>
    public string? Sha512 { get; init; }

    public required long Size { get; init; }

    /// <summary>The hexadecimal digits, or <see langword="null"/> where they were not computed.</summary>
    public string? Of(string algorithm) => algorithm switch
    {
        FileHash.Md5 => Md5,
        FileHash.Sha256 => Sha256.Hex,
        FileHash.Sha384 => Sha384,
        FileHash.Sha512 => Sha512,
        _ => null,
    };
}
