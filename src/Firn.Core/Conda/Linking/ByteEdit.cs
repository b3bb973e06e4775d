namespace Firn.Conda.Linking;

/// <summary>One spot where the bytes of a content change: some are left out, others stand there instead.</summary>
/// <param name="Start">Where in the content before the change.</param>
/// <param name="Removed">How many bytes are left out from there on.</param>
/// <param name="Inserted">What stands there instead.</param>
/// <param name="Zeros">How many zero bytes follow <paramref name="Inserted"/>.</param>
internal sealed record ByteEdit(long Start, long Removed, ReadOnlyMemory<byte> Inserted, long Zeros = 0)
{
    /// <summary>How many bytes stand there after the change.</summary>
    public long Added => Inserted.Length + Zeros;
}
