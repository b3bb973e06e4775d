using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>A file that is not what its package's record says.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Recorded">The recorded digest.</param>
/// <param name="Observed">The digest of its bytes; <see langword="null"/> where the file is missing.</param>
internal sealed record EditedFile(string Path, string Recorded, Sha256Digest? Observed);
