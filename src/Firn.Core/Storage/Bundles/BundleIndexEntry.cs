using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>What a bundle's index says of one member.</summary>
internal sealed record BundleIndexEntry
{
    public required string Path { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads; of links only.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Whether it is a file, neither link nor folder.</summary>
    public bool IsFile { get; init; }

    /// <summary>The digest of the content; of files only, and not of bytecode.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>The length of the content; 0 unless it is a file.</summary>
    public long Size { get; init; }

    public ImmutableArray<long> PrefixOffsets { get; init; } = [];

    public BundlePlaceholder? Placeholder { get; init; }

    /// <summary>What the index says of a member that was read.</summary>
    public static BundleIndexEntry Of(BundleEntry entry, Sha256Digest? digest) => new()
    {
        Path = entry.Path,
        IsExecutable = entry.IsExecutable,
        LinkTarget = entry.LinkTarget,
        IsFile = entry.Kind == BundleMemberKind.File,
        Digest = digest,
        Size = entry.Size,
        PrefixOffsets = entry.PrefixOffsets,
        Placeholder = entry.Placeholder,
    };
}
