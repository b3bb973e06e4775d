using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Firn.Common;

/// <summary>
/// A SHA-256 digest, written as <c>sha256:</c> and 64 lower-case hexadecimal digits. It is no structure: of each
/// collection of those, every process would have to compile the code anew.
/// </summary>
public sealed record Sha256Digest
{
    private const string Prefix = "sha256:";

    private Sha256Digest(string hex) => Hex = hex;

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    public string Hex { get; }

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
    public static bool TryParse(string? text, [NotNullWhen(true)] out Sha256Digest? digest)
    {
        digest = null;
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

    /// <summary>Reads <c>sha256:HEX</c> or <c>HEX</c> that is known to be a digest.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static Sha256Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is no digest");

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;
}
