using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Tar;

namespace Firn.Storage.Bundles;

/// <summary>Reads an archive from its first byte to its last and says what is in it.</summary>
internal static class BundleScanner
{
    private const int BufferLength = 256 * 1024;

    /// <exception cref="FirnException">The archive is damaged.</exception>
    public static BundleIndex Scan(
        BundleName name, Stream archive, CompressionFormat format, long limit, CancellationToken cancellation)
    {
        using var compressed = new DigestingStream(archive, long.MaxValue);
        using var decompressed = format.Decompress(compressed);
        using var content = new DigestingStream(decompressed, limit, name.HasDigests);
        try
        {
            var files = ReadMembers(new TarReader(content, new byte[BufferLength]), name.HasDigests, cancellation);
            compressed.Drain();
            return new BundleIndex
            {
                Digest = name.HasDigests ? content.Finish() : null,
                Size = content.Length,
                Compression = format.Name,
                CompressedDigest = compressed.Finish(),
                CompressedSize = compressed.Length,
                Files = files,
            };
        }
        catch (Exception exception) when (exception is TarFormatException or InvalidDataException or IOException)
        {
            throw BundleDamage.Of(name, exception.Message, exception);
        }
    }

    private static List<BundleIndexEntry> ReadMembers(TarReader tar, bool hasDigests, CancellationToken cancellation)
    {
        var files = new List<BundleIndexEntry>();
        using var hasher = new Sha256Hasher();
        while (tar.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = BundleRecords.Read(tar.Current);
            var isDigested = hasDigests && entry.Kind == BundleMemberKind.File;
            while (isDigested && tar.ReadPiece() is { Length: > 0 } piece)
            {
                hasher.Append(piece);
            }

            files.Add(BundleIndexEntry.Of(entry, isDigested ? hasher.Finish() : null));
        }

        return files;
    }
}
