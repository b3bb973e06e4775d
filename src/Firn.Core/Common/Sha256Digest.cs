using System.Security.Cryptography;

namespace Firn.Common;

/// <summary>A SHA-256 digest, written as <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
public readonly record struct Sha256Digest
{
    private const string Prefix = "sha256:";
    private readonly string? _hex;

    private Sha256Digest(string hex) => _hex = hex;

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("the digest was never set");

    /// <summary>The digest of the bytes.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (NativeCryptography.IsPresent)
        {
            SHA256.HashData(content, hash);
        }
        else
        {
            ManagedSha256.HashData(content, hash);
        }

        return new Sha256Digest(Firn.Common.Hex.Of(hash));
    }

    /// <summary>The digest that a hasher has computed.</summary>
    /// <param name="hash">Its 32 bytes.</param>
    internal static Sha256Digest OfHash(ReadOnlySpan<byte> hash) => hash.Length == SHA256.HashSizeInBytes
        ? new Sha256Digest(Firn.Common.Hex.Of(hash))
        : throw new ArgumentException("a SHA-256 has 32 bytes", nameof(hash));

    /// <summary>Reads <c>sha256:HEX</c> or <c>HEX</c>, in either case.</summary>
    /// <returns>Whether the text is a digest.</returns>
    public static bool TryParse(string? text, out Sha256Digest digest)
    {
        digest = default;
        if (text is null)
        {
            return false;
        }

        var hex = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        if (hex.Length != 64 || Firn.Common.Hex.Parse(hex) is null)
        {
            return false;
        }

        digest = new Sha256Digest(hex.ToLowerInvariant());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;
}
