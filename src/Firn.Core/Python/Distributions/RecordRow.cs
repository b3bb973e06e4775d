namespace Firn.Python.Distributions;

/// <summary>One row of a RECORD file, as places in the file's bytes.</summary>
/// <param name="PathStart">Where the path starts.</param>
/// <param name="PathLength">Its length; quotes are already removed.</param>
/// <param name="HashStart">Where <c>ALGORITHM=DIGEST</c> starts.</param>
/// <param name="HashLength">Its length, 0 where the row has no hash.</param>
/// <param name="Size">The size in bytes, -1 where the row gives none.</param>
/// <remarks>A class: a list of structs of our own would be compiled at run time, which costs more than the objects.</remarks>
internal sealed record RecordRow(int PathStart, int PathLength, int HashStart, int HashLength, long Size)
{
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> record) => record.Slice(PathStart, PathLength);

    public ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> record) => record.Slice(HashStart, HashLength);
}
