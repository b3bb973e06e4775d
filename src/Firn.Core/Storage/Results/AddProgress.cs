namespace Firn.Storage.Results;

/// <summary>How far a writer is.</summary>
/// <param name="Files">Files read so far.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="FilesThere">Those of them that the store had already.</param>
/// <param name="BytesThere">Their bytes.</param>
internal sealed record AddProgress(long Files, long Bytes, long FilesThere, long BytesThere);
