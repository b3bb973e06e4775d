using System.IO.Compression;

namespace Firn.Common.Compression;

/// <summary>gzip (RFC 1952) of the runtime.</summary>
internal sealed class GzipFormat : CompressionFormat
{
    public override string Name => "gzip";

    public override string Extension => ".gz";

    public override bool IsAvailable => true;

    public override Compressor Compress(IByteSink target, CompressionSettings settings) => new GzipCompressor(target);

    public override Stream Decompress(Stream source) => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
}
