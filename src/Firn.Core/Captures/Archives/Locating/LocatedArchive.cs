using Firn.Common;

namespace Firn.Captures.Archives.Locating;

/// <summary>An archive in a store.</summary>
/// <param name="Document">What it says.</param>
/// <param name="Digest">The object that is the document; <see langword="null"/> where the environment is made for the first time.</param>
/// <param name="Capture">The object that is the capture it belongs to; <see langword="null"/> where none is recorded.</param>
/// <param name="Description">How messages name it, for example <c>archive 2 of firn1:sha256:...</c>.</param>
internal sealed record LocatedArchive(
    ArchiveDocument Document, Sha256Digest? Digest, Sha256Digest? Capture, string Description)
{
    /// <summary><see cref="Capture"/> as it was read already, from the file that the user named.</summary>
    public Captures.Capture? Content { get; init; }
}
