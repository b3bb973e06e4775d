using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>The document beside a bundle: what is in it, without decompressing it (<c>firn.bundle/1</c>).</summary>
internal sealed record BundleIndex
{
    /// <summary>The digest of the tar, which is the bundle's id; <see langword="null"/> of bytecode, which has no identity.</summary>
    public required Sha256Digest? Digest { get; init; }

    /// <summary>The length of the tar in bytes.</summary>
    public required long Size { get; init; }

    /// <summary><c>zstd</c> or <c>gzip</c>.</summary>
    public required string Compression { get; init; }

    /// <summary>The digest of the file as it lies in the store.</summary>
    public required Sha256Digest CompressedDigest { get; init; }

    /// <summary>The length of that file in bytes.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>The members in their order; empty where only the summary was read.</summary>
    public IReadOnlyList<BundleIndexEntry> Files { get; init; } = [];
}
