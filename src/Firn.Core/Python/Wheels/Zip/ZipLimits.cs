namespace Firn.Python.Wheels.Zip;

/// <summary>What a wheel may claim: far more than any real one has, and little enough to be refused at once.</summary>
internal static class ZipLimits
{
    /// <summary>Members; the largest wheels have some thirty thousand.</summary>
    public const int MostEntries = 200_000;

    /// <summary>Bytes of the central directory, which is held in memory while it is read.</summary>
    public const long LongestDirectory = 64L << 20;

    /// <summary>Bytes of all members together.</summary>
    public const long LargestContent = 64L << 30;

    /// <summary>From here on, what a file claims is compared with what it has.</summary>
    public const long SuspiciousContent = 1L << 30;

    /// <summary>A whole wheel of more than that times its size is a bomb; compiled code and tables have ten.</summary>
    public const long LargestRatio = 200;

    /// <summary>Deflate cannot do better: 258 bytes take two bits (RFC 1951, 3.2.5; zlib's technical details).</summary>
    public const long DeflateRatio = 1032;
}
