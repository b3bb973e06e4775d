using System.Security.Cryptography;
using Firn.Common;
using Firn.Python.Installation;

namespace Firn.Python.Wheels;

/// <summary>The hashes that a wheel's RECORD may have: "sha256 or better" (Binary distribution format, "The .dist-info directory").</summary>
internal static class RecordedHash
{
    /// <summary>Whether the wheel format forbids the algorithm.</summary>
    public static bool IsForbidden(string hash) => AlgorithmOf(hash) is "md5" or "sha1" or "sha224";

    /// <summary>Whether it can be compared; SHA-3 and BLAKE2 cannot, and without OpenSSL only SHA-256 can.</summary>
    public static bool IsComparable(string hash) =>
        AlgorithmOf(hash) is "sha256" || (NativeCryptography.IsPresent && AlgorithmOf(hash) is ("sha384" or "sha512"));

    /// <summary>What computes the hash, where that is more than SHA-256, which every member of a bundle has anyway.</summary>
    public static IncrementalHash? CreateHasher(string hash) => AlgorithmOf(hash) switch
    {
        _ when !NativeCryptography.IsPresent => null,
        "sha384" => IncrementalHash.CreateHash(HashAlgorithmName.SHA384),
        "sha512" => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        _ => null,
    };

    /// <summary>Whether the bytes have the recorded hash, where it can be compared.</summary>
    public static bool Matches(string hash, ReadOnlySpan<byte> content)
    {
        using var hasher = CreateHasher(hash);
        if (hasher is null)
        {
            return !RecordHash.IsComparable(hash) || RecordHash.Matches(hash, Sha256Digest.Of(content));
        }

        hasher.AppendData(content);
        return Matches(hash, hasher);
    }

    public static bool Matches(string hash, IncrementalHash hasher)
    {
        var text = Convert.ToBase64String(hasher.GetHashAndReset()).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        return hash.AsSpan(hash.IndexOf('=', StringComparison.Ordinal) + 1).TrimEnd('=').SequenceEqual(text);
    }

    private static ReadOnlySpan<char> AlgorithmOf(string hash)
    {
        var equals = hash.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? default : hash.AsSpan(0, equals);
    }
}
