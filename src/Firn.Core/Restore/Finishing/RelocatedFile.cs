using Firn.Common;

namespace Firn.Restore.Finishing;

/// <summary>A file whose run path was made relative to it.</summary>
/// <param name="Path">Relative to the restored prefix.</param>
/// <param name="Published">The digest of the bytes in the bundle.</param>
/// <param name="Digest">The digest of the bytes in the prefix.</param>
internal sealed record RelocatedFile(string Path, Sha256Digest Published, Sha256Digest Digest);
