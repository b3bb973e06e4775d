namespace Firn.Python.Distributions;

/// <summary>One row of a RECORD file, as places in the file's bytes.</summary>
/// <param name="PathStart">Where the path starts.</param>
/// <param name="PathLength">Its length; quotes are already removed.</param>
/// <param name="HashStart">Where <c>ALGORITHM=DIGEST</c> starts.</param>
/// <param name="HashLength">Its length, 0 where the row has no hash.</param>
/// <param name="Size">The size in bytes, -1 where the row gives none.</param>
internal readonly record struct RecordRow(int PathStart, int PathLength, int HashStart, int HashLength, long Size)
{
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> record) => record.Slice(PathStart, PathLength);

    public ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> record) => record.Slice(HashStart, HashLength);
}
