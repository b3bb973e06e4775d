using Firn.Common;

namespace Firn.Python.Records;

/// <summary>The hashes of RECORD: <c>sha256=</c> and the digest in the URL-safe base 64 alphabet without padding (PEP 376, PEP 427).</summary>
internal static class RecordHash
{
    private const string Name = "sha256=";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>The digest as RECORD writes it.</summary>
    public static string Of(Sha256Digest digest) => Of(Name, Hex.Parse(digest.Hex)!);

    /// <summary>Whether the hash is a SHA-256; others (RECORD may have SHA-384 and SHA-512) are not compared.</summary>
    public static bool IsComparable(string hash) => hash.StartsWith(Name, StringComparison.Ordinal);

    /// <summary>Whether the recorded hash is that digest; padding is allowed.</summary>
    public static bool Matches(string hash, Sha256Digest digest) => IsSame(hash, Of(digest));

    /// <summary>Whether the recorded hash is that digest, of the algorithm that it names; padding is allowed.</summary>
    public static bool Matches(string hash, ReadOnlySpan<byte> digest) =>
        IsSame(hash, Of(hash.AsSpan(0, hash.IndexOf('=', StringComparison.Ordinal) + 1), digest));

    private static bool IsSame(string hash, string own) =>
        hash.StartsWith(own, StringComparison.Ordinal) && hash.AsSpan(own.Length).TrimEnd('=').IsEmpty;

    private static string Of(ReadOnlySpan<char> name, ReadOnlySpan<byte> digest)
    {
        var text = new char[name.Length + (((digest.Length * 8) + 5) / 6)];
        name.CopyTo(text);
        var at = name.Length;
        var bits = 0;
        var count = 0;
        foreach (var b in digest)
        {
            bits = (bits << 8) | b;
            count += 8;
            while (count >= 6)
            {
                count -= 6;
                text[at++] = Alphabet[(bits >> count) & 63];
            }
        }

        if (count > 0)
        {
            text[at] = Alphabet[(bits << (6 - count)) & 63];
        }

        return new string(text);
    }
}
