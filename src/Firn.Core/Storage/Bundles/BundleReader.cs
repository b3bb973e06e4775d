using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Compression;
using Firn.Common.Tar;

namespace Firn.Storage.Bundles;

/// <summary>
/// Reads a bundle as a stream, in bounded memory, and computes its digest on the way. What it hands out is checked member
/// by member, but only when <see cref="MoveNext"/> has returned <see langword="false"/> is it known to be the bundle: by
/// the digest of the tar, and of bytecode, whose tar has none, by that of the archive.
/// </summary>
internal sealed class BundleReader : IDisposable
{
    private const int BufferLength = 1 << 20;
    private readonly Stream _file;
    private readonly Stream _content;
    private readonly DigestingStream? _archive;
    private readonly DigestingStream _digesting;
    private readonly TarReader _tar;
    private readonly BundleName _name;
    private readonly BundleIndex _index;
    private BundleEntry? _current;
    private bool _isVerified;

    /// <param name="name">Which bundle, for messages.</param>
    /// <param name="index">What the bundle must be.</param>
    /// <param name="file">The compressed bytes; the reader closes them.</param>
    /// <param name="content">The same, decompressed; the reader closes it.</param>
    /// <param name="archive">Of bytecode: what the compressed bytes are read through.</param>
    public BundleReader(BundleName name, BundleIndex index, Stream file, Stream content, DigestingStream? archive = null)
    {
        _archive = archive;
        _name = name;
        _file = file;
        _content = content;
        _index = index;
        _digesting = new DigestingStream(content, index.Size, name.HasDigests);
        _tar = new TarReader(_digesting, GC.AllocateUninitializedArray<byte>((int)Math.Clamp(index.Size, 4096, BufferLength)));
    }

    /// <param name="name">Which bundle, for messages.</param>
    /// <param name="index">What the bundle must be.</param>
    /// <param name="file">The compressed bytes; the reader closes them.</param>
    /// <param name="format">How they are compressed.</param>
    public static BundleReader Open(BundleName name, BundleIndex index, Stream file, CompressionFormat format)
    {
        var archive = name.HasDigests ? null : new DigestingStream(file, index.CompressedSize);
        return new BundleReader(name, index, file, format.Decompress(archive ?? file), archive);
    }

    /// <summary>The member that <see cref="MoveNext"/> came to.</summary>
    public BundleEntry Current => _current ?? throw new InvalidOperationException("there is no member before the first MoveNext");

    /// <summary>Goes to the next member; what was not read of the last one is passed over.</summary>
    /// <returns>Whether there is one. At the end the digest of all is compared.</returns>
    /// <exception cref="FirnException">The bundle is damaged, hostile, or not the one it is named.</exception>
    public bool MoveNext()
    {
        if (_isVerified)
        {
            return false;
        }

        try
        {
            if (_tar.MoveNext())
            {
                _current = BundlePaxRecords.Read(_tar.Current);
                return true;
            }

            _archive?.Drain();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(exception.Message, exception);
        }

        if (_digesting.Length != _index.Size)
        {
            throw Damaged($"it has {_digesting.Length} bytes, its index says {_index.Size}");
        }

        _isVerified = FindDifference() is { } difference ? throw Damaged(difference) : true;
        return false;
    }

    /// <summary>Reads from the content of the current member.</summary>
    /// <returns>How many bytes; 0 at the content's end.</returns>
    /// <exception cref="FirnException">The bundle is damaged.</exception>
    public int Read(Span<byte> destination)
    {
        try
        {
            return _tar.Read(destination);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(exception.Message, exception);
        }
    }

    /// <summary>
    /// The next piece of the content as it lies in the reader's memory, valid until the next call; empty at the end. The
    /// caller may change it: the digest has seen it before.
    /// </summary>
    /// <exception cref="FirnException">The bundle is damaged.</exception>
    public Span<byte> ReadPiece()
    {
        try
        {
            return _tar.ReadPiece();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(exception.Message, exception);
        }
    }

    /// <summary>Reads what is left and compares the digest.</summary>
    /// <exception cref="FirnException">The bundle is damaged, hostile, or not the one it is named.</exception>
    public void VerifyToEnd()
    {
        while (MoveNext())
        {
            // MoveNext passes over the content.
        }
    }

    public void Dispose()
    {
        _digesting.Dispose();
        _archive?.Dispose();
        _content.Dispose();
        _file.Dispose();
    }

    private string? FindDifference()
    {
        if (_archive is null)
        {
            var digest = _digesting.Finish();
            return digest == _name.Id ? null : $"its content has {digest}";
        }

        var compressed = _archive.Finish();
        return compressed == _index.CompressedDigest
            ? null
            : $"its file has {compressed}, its index says {_index.CompressedDigest}";
    }

    private static bool IsDamage(Exception exception) =>
        exception is TarFormatException or InvalidDataException or IOException;

    private FirnException Damaged(string problem, Exception? cause = null) =>
        BundleDamage.Of(_name, problem, cause);
}

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

    private static List<BundleEntry> ReadMembers(TarReader tar, bool hasDigests, CancellationToken cancellation)
    {
        var files = new List<BundleEntry>();
        using var hasher = new Sha256Hasher();
        while (tar.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = BundlePaxRecords.Read(tar.Current);
            var isDigested = hasDigests && entry.Kind == TarEntryKind.File;
            while (isDigested && tar.ReadPiece() is { Length: > 0 } piece)
            {
                hasher.Append(piece);
            }

            files.Add(isDigested ? entry with { Digest = hasher.Finish() } : entry);
        }

        return files;
    }
}

/// <summary>Computes the digest of what is read through it, and ends the reading where there is more than there may be.</summary>
/// <param name="source">What is read; it stays open.</param>
/// <param name="limit">The most bytes that it may have.</param>
/// <param name="isDigested">Whether the digest is wanted, or only the limit.</param>
internal sealed class DigestingStream(Stream source, long limit, bool isDigested = true) : ForwardReadStream
{
    private readonly Sha256Hasher? _hasher = isDigested ? new Sha256Hasher() : null;
    private long _length;

    /// <summary>How many bytes were read.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The digest of all that was read.</summary>
    public Sha256Digest Finish() =>
        _hasher?.Finish() ?? throw new InvalidOperationException("no digest was wanted");

    /// <summary>Reads what is left for its digest alone: bytes behind compressed content belong to it.</summary>
    public void Drain()
    {
        var rest = new byte[4096];
        while (Read(rest) > 0)
        {
            // Read only for its digest.
        }
    }

    /// <exception cref="InvalidDataException">The source is longer than the limit.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        _length += count;
        if (_length > limit)
        {
            throw new InvalidDataException($"it is longer than the {limit} bytes that its index says");
        }

        _hasher?.Append(buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        _hasher?.Dispose();
        base.Dispose(disposing);
    }
}
