namespace Firn.Common.Compression;

/// <summary>A way to compress: Zstandard, or gzip on machines without libzstd. Nothing's identity depends on it.</summary>
internal abstract class CompressionFormat
{
    /// <summary>Zstandard of the system's library.</summary>
    public static CompressionFormat Zstandard { get; } = new ZstandardFormat();

    /// <summary>gzip of the runtime, always there.</summary>
    public static CompressionFormat Gzip { get; } = new GzipFormat();

    /// <summary>The best one that this machine has.</summary>
    public static CompressionFormat Best => Zstandard.IsAvailable ? Zstandard : Gzip;

    /// <summary>Its name in documents: <c>zstd</c> or <c>gzip</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The end of a file's name: <c>.zst</c> or <c>.gz</c>.</summary>
    public abstract string Extension { get; }

    public abstract bool IsAvailable { get; }

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
    /// <exception cref="FirnException">The machine cannot decompress this format.</exception>
    public abstract Stream Decompress(Stream source);
}
