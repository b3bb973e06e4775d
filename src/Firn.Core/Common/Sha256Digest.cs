using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

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
#pragma warning disable RS0030 // The one place, since it is known that OpenSSL is there.
            SHA256.HashData(content, hash);
#pragma warning restore RS0030
        }
        else
        {
            ManagedSha256.HashData(content, hash);
        }

        return new Sha256Digest(Firn.Common.Hex.Of(hash));
    }

    /// <summary>The digest of an open file, from its start to its end.</summary>
    internal static Sha256Digest OfFile(SafeFileHandle handle)
    {
        using var hasher = new Sha256Hasher();
        var buffer = new byte[1 << 16];
        for (var offset = 0L; RandomAccess.Read(handle, buffer, offset) is var count and > 0; offset += count)
        {
            hasher.Append(buffer.AsSpan(0, count));
        }

        return hasher.Finish();
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

/// <summary>Whether the base class library can compute digests on this machine.</summary>
internal static class NativeCryptography
{
    /// <summary>
    /// On Linux its digests are OpenSSL's, and where there is no libssl (a small container) the first one ends the
    /// process with a segmentation fault, which nothing can catch. The names are those that the runtime looks for itself
    /// (src/native/libs/System.Security.Cryptography.Native/opensslshim.c); the oldest are left out.
    /// </summary>
    public static bool IsPresent { get; } =
        !OperatingSystem.IsLinux()
        || NativeLibrary.TryLoad("libssl.so.3", out _)
        || NativeLibrary.TryLoad("libssl.so.1.1", out _);
}
