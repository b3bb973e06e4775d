using System.IO.Compression;

namespace Firn.Common.Compression;

/// <summary>A way to compress: Zstandard, or gzip in stores that an older firn wrote. No bundle's identity depends on it.</summary>
internal abstract class CompressionFormat
{
    /// <summary>Zstandard, the format of everything that is written today.</summary>
    public static CompressionFormat Zstandard { get; } = new ZstandardFormat();

    /// <summary>gzip of the runtime, always there.</summary>
    public static CompressionFormat Gzip { get; } = new GzipFormat();

    /// <summary>Its name in documents: <c>zstd</c> or <c>gzip</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The end of a file's name: <c>.zst</c> or <c>.gz</c>.</summary>
    public abstract string Extension { get; }

    /// <summary>The format of that <see cref="Name"/>.</summary>
    public static CompressionFormat? ByName(string name) =>
        name == Zstandard.Name ? Zstandard : name == Gzip.Name ? Gzip : null;

    /// <summary>Starts to compress.</summary>
    /// <param name="target">Takes the compressed bytes; it stays open.</param>
    /// <param name="settings">How hard to try.</param>
    public abstract Compressor Compress(IByteSink target, CompressionSettings settings);

    /// <summary>
    /// The content of compressed bytes. Damage is an <see cref="InvalidDataException"/>; memory is bounded whatever the
    /// bytes say.
    /// </summary>
    /// <param name="source">The compressed bytes; it stays open.</param>
    public abstract Stream Decompress(Stream source);
}

/// <summary>How to compress.</summary>
internal sealed record CompressionSettings
{
    /// <summary>Zstandard's level, negative ones are faster than 1. Not used by gzip.</summary>
    public int Level { get; init; } = 1;

    /// <summary>How many bytes will come; written into the result, so it must be true.</summary>
    public required long Length { get; init; }

    /// <summary>How many threads may compress beside the caller; 0 where the caller does.</summary>
    public int Workers { get; init; }
}

/// <summary>Compresses what is written to it and hands it on. Without <see cref="Finish"/> the result is incomplete.</summary>
internal abstract class Compressor : IByteSink, IDisposable
{
    /// <summary>Takes the next bytes of the content.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Hands on the last compressed bytes. Nothing may be written after it.</summary>
    public abstract void Finish();

    public abstract void Dispose();
}

/// <summary>gzip (RFC 1952) of the runtime.</summary>
internal sealed class GzipFormat : CompressionFormat
{
    public override string Name => "gzip";

    public override string Extension => ".gz";

    public override Compressor Compress(IByteSink target, CompressionSettings settings) => new GzipCompressor(target);

    public override Stream Decompress(Stream source) => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
}

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
