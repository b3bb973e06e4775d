using System.Collections.Immutable;

namespace Firn.Storage.Bundles;

/// <summary>Something that is to go into a bundle.</summary>
internal sealed record BundleMember
{
    /// <summary>Relative to the prefix, with <c>/</c> between the names.</summary>
    public required string Path { get; init; }

    public BundleMemberKind Kind { get; init; }

    /// <summary>Whether the owner may execute the file.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads, as it stands in the link.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The bytes of a file; of nothing else.</summary>
    public BundleContent? Content { get; init; }

    /// <summary>Where the content holds <see cref="BundleFormat.PrefixToken"/> for the prefix: offsets in bytes, ascending.</summary>
    public ImmutableArray<long> PrefixOffsets { get; init; } = [];

    /// <summary>The placeholder of a file of a conda package.</summary>
    public BundlePlaceholder? Placeholder { get; init; }
}
