using System.Buffers;
using System.Collections.Immutable;

namespace Firn.Python.Indexes;

/// <summary>A file that an index, a folder or a lock offers.</summary>
internal sealed record IndexFile
{
    /// <summary>The file's name, safe as a name in a folder.</summary>
    public required string FileName { get; init; }

    /// <summary>Where it is, without fragment: <c>https</c>, <c>http</c> or <c>file</c>. It may hold credentials.</summary>
    public required string Url { get; init; }

    /// <summary>Its digests; empty where nobody tells.</summary>
    public ImmutableArray<IndexHash> Hashes { get; init; } = [];

    /// <summary>Its size in bytes, where it is told.</summary>
    public long? Size { get; init; }

    /// <summary>The versions of Python that it takes, as written.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Whether it was withdrawn (PEP 592).</summary>
    public bool IsYanked { get; init; }

    /// <summary>The name and where it is, without credentials.</summary>
    public override string ToString() => Firn.Common.Credentials.Remove(Url);
}

/// <summary>The digest of a file on an index or in a lock.</summary>
/// <param name="Algorithm">The name in lower case, for example <c>sha256</c>.</param>
/// <param name="Hex">The digest in lower case.</param>
internal sealed record IndexHash(string Algorithm, string Hex)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether it proves a file (pip: utils/hashes.py STRONG_HASHES).</summary>
    public bool IsStrong => Algorithm is "sha256" or "sha384" or "sha512";

    /// <summary>The digest; <see langword="null"/> where the algorithm is unknown or the digest is not one of its length.</summary>
    public static IndexHash? Create(ReadOnlySpan<char> algorithm, ReadOnlySpan<char> hex)
    {
        var name = algorithm.Trim().ToString().ToLowerInvariant();
        var digest = hex.Trim().ToString().ToLowerInvariant();
        var length = name switch
        {
            "md5" => 32,
            "sha1" => 40,
            "sha224" => 56,
            "sha256" or "sha3_256" or "blake2s" => 64,
            "sha384" or "sha3_384" => 96,
            "sha512" or "sha3_512" or "blake2b" => 128,
            _ => -1,
        };
        return digest.Length == length && !digest.AsSpan().ContainsAnyExcept(Digits) ? new IndexHash(name, digest) : null;
    }

    /// <summary>Reads <c>sha256:HEX</c> or <c>sha256=HEX</c>.</summary>
    public static IndexHash? Parse(ReadOnlySpan<char> text, char separator)
    {
        var at = text.IndexOf(separator);
        return at < 0 ? null : Create(text[..at], text[(at + 1)..]);
    }

    /// <summary>The digest in a URL's fragment, <c>#sha256=HEX</c>, alone or beside other parts (pip: models/link.py LinkHash).</summary>
    public static IndexHash? OfUrl(string url)
    {
        var fragment = url.AsSpan(url.IndexOf('#', StringComparison.Ordinal) + 1);
        if (fragment.Length == url.Length)
        {
            return null;
        }

        foreach (var range in fragment.Split('&'))
        {
            if (Parse(fragment[range], '=') is { } hash)
            {
                return hash;
            }
        }

        return null;
    }

    /// <summary><c>sha256:HEX</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
