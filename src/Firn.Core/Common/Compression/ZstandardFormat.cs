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
