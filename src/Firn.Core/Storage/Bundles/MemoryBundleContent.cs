namespace Firn.Storage.Bundles;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBundleContent(ReadOnlyMemory<byte> bytes) : BundleContent
{
    public override long Length => bytes.Length;

    public override void WriteTo(BundleSink sink) => sink.Write(bytes.Span);
}
