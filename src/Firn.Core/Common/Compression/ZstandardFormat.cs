namespace Firn.Common.Compression;

/// <summary>Zstandard (RFC 8878) of the system's libzstd.</summary>
internal sealed class ZstandardFormat : CompressionFormat
{
    public override string Name => "zstd";

    public override string Extension => ".zst";

    public override bool IsAvailable => ZstandardLibrary.IsPresent;

    public override Compressor Compress(IByteSink target, CompressionSettings settings)
    {
        RequireLibrary();
        return new ZstandardCompressor(target, settings);
    }

    public override Stream Decompress(Stream source)
    {
        RequireLibrary();
        return new ZstandardReadStream(source);
    }

    /// <summary>
    /// The content of frames that another program wrote, one after the other, with any window that libzstd takes by
    /// default (<c>ZSTD_WINDOWLOG_LIMIT_DEFAULT</c>). The memory for a window of 128 MiB is used where there is one only.
    /// </summary>
    /// <exception cref="FirnException">There is no libzstd.</exception>
    public static Stream DecompressForeign(Stream source)
    {
        RequireLibrary();
        return new ZstandardReadStream(source, isForeign: true);
    }

    private static void RequireLibrary()
    {
        if (!ZstandardLibrary.IsPresent)
        {
            throw new FirnException(
                "cannot find libzstd, which these bytes are compressed with",
                "install it (Debian and Ubuntu: libzstd1, Fedora: libzstd, Alpine: zstd-libs, Homebrew: zstd)");
        }
    }
}
