using Firn.Common;

namespace Firn.Storage.Repairs;

/// <summary>
/// Finds the one bit that was flipped in a small document or object, where that is all that happened to it: a digest
/// says which of all possible originals is the true one.
/// </summary>
internal static class BitMender
{
    /// <summary>Every bit is tried, and each try digests everything: a second or two for the longest.</summary>
    public const int LongestContent = 16 * 1024;

    /// <summary>Flips the bit back.</summary>
    /// <param name="content">The damaged bytes; whole again where it returns <see langword="true"/>.</param>
    /// <param name="isWhole">Whether the bytes are the original.</param>
    public static bool TryMend(byte[] content, Func<byte[], bool> isWhole)
    {
        if (content.Length > LongestContent)
        {
            return false;
        }

        for (var i = 0; i < content.Length; i++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                content[i] ^= (byte)bit;
                if (isWhole(content))
                {
                    return true;
                }

                content[i] ^= (byte)bit;
            }
        }

        return false;
    }

    /// <summary>Mends an object by the digest that names it.</summary>
    public static bool TryMend(byte[] content, Sha256Digest digest) =>
        TryMend(content, bytes => Sha256Digest.Of(bytes) == digest);
}
