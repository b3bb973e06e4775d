using Firn.Common;

namespace Firn.Fetching;

/// <summary>What one pass over a file's bytes computed.</summary>
internal sealed record FileDigests
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
