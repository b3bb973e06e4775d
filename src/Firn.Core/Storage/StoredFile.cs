using Firn.Common;

namespace Firn.Storage;

/// <summary>A file as the store keeps it.</summary>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Md5">Of its bytes, 32 lower-case hexadecimal digits; only asimov needs it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="WasThere">Whether the store had it already.</param>
internal sealed record StoredFile(Sha256Digest Digest, string Md5, long Size, bool WasThere = false);
