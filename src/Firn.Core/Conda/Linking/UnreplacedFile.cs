using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>What came of taking the prefix out of an installed file.</summary>
internal sealed record UnreplacedFile
{
    /// <summary>
    /// The edits that turn the installed bytes into the published ones; empty where they are equal;
    /// <see langword="null"/> where nothing that was tried gave the published digest.
    /// </summary>
    public List<ByteEdit>? Edits { get; init; }

    /// <summary>The digest of the bytes after the edits; of the installed bytes where there are none.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>The length of those bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The digest of the installed bytes.</summary>
    public required Sha256Digest Installed { get; init; }
}
