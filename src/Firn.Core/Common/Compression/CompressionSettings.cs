namespace Firn.Common.Compression;

/// <summary>How to compress.</summary>
internal sealed record CompressionSettings
{
    /// <summary>Zstandard's level, negative ones are faster than 1. Not used by gzip.</summary>
    public int Level { get; init; } = 1;

    /// <summary>How many bytes will come; written into the result, so it must be true.</summary>
    public required long Length { get; init; }

    /// <summary>How many threads may compress beside the caller; 0 where the caller does. A library without threads ignores it.</summary>
    public int Workers { get; init; }
}
