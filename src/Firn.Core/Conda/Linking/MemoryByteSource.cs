namespace Firn.Conda.Linking;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryByteSource(ReadOnlyMemory<byte> content) : ByteSource
{
    public override long Length => content.Length;

    public override void Read(long offset, Span<byte> destination) =>
        content.Span.Slice((int)offset, destination.Length).CopyTo(destination);
}
