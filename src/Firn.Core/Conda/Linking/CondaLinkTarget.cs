using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>A path that a package wants to have in the prefix.</summary>
internal sealed record CondaLinkTarget
{
    /// <summary>Relative to the prefix; allowed by <see cref="CondaPaths"/>.</summary>
    public required string Path { get; init; }

    public CondaLinkTargetKind Kind { get; init; }

    /// <summary>The digest of a file's bytes as they are in the bundle.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Where a link leads.</summary>
    public string? LinkText { get; init; }
}
