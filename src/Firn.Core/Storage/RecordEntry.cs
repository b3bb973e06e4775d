using Firn.Common;

namespace Firn.Storage;

/// <summary>A record as it stands in its chain.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Bytes">The document.</param>
/// <param name="Digest">Of the bytes; the next record names it.</param>
internal sealed record RecordEntry(int Number, byte[] Bytes, Sha256Digest Digest);
