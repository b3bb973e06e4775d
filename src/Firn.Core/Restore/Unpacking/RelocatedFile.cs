using Firn.Common;

namespace Firn.Restore.Unpacking;

/// <summary>
/// A file that has other bytes than its bundle and the prefix alone tell: its run path was made relative to it, or its
/// interpreter is called in another way.
/// </summary>
/// <param name="Path">Relative to the restored prefix.</param>
/// <param name="Published">The digest of the bytes in the bundle.</param>
/// <param name="Digest">The digest of the bytes in the prefix.</param>
internal sealed record RelocatedFile(string Path, Sha256Digest Published, Sha256Digest Digest);
