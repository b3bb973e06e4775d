using Firn.Common;
using Firn.Conda.Linking;

namespace Firn.Conda.Archives;

/// <summary>A path that the package wants to have linked, as <c>paths.json</c> or the older lists have it.</summary>
internal sealed record PackagePath
{
    /// <summary>In the package, with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>A file, a link or a folder.</summary>
    public CondaPathKind Kind { get; init; }

    /// <summary>What stands for the prefix, as declared; for links it means nothing.</summary>
    public CondaPlaceholder? Placeholder { get; init; }

    /// <summary>Whether it wants to be a copy.</summary>
    public bool IsNoLink { get; init; }

    /// <summary>Of a link the digest of the file it leads to; <see langword="null"/> in the older lists.</summary>
    public Sha256Digest? Digest { get; init; }

    public long? Size { get; init; }
}
