using System.IO.Compression;

namespace Firn.Common.Compression;

/// <summary>Compresses by gzip, fast rather than small: it stands in where Zstandard is missing.</summary>
internal sealed class GzipCompressor(IByteSink target) : Compressor
{
    private readonly GZipStream _stream = new(new SinkStream(target), CompressionLevel.Fastest);

    public override void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    public override void Finish() => _stream.Dispose();

    public override void Dispose() => _stream.Dispose();

    /// <summary>The stream that GZipStream wants, over a sink.</summary>
    private sealed class SinkStream(IByteSink target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
            // The sink passes everything on at once.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);
    }
}
