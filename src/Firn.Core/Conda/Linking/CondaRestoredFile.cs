using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>A file as it was written into the new prefix.</summary>
/// <param name="Digest">Its digest there.</param>
/// <param name="Size">Its bytes there.</param>
internal sealed record CondaRestoredFile(Sha256Digest Digest, long Size);
