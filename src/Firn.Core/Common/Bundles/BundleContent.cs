using Firn.Common.Files;

namespace Firn.Common.Bundles;

/// <summary>The bytes of a file on their way into a bundle.</summary>
internal abstract class BundleContent
{
    /// <summary>How many bytes there are; known before the first is written.</summary>
    public abstract long Length { get; }

    /// <summary>The bytes of a file on the disk.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="length">Its length when it was looked at. Another one when it is read is a <see cref="FirnException"/>.</param>
    /// <param name="expected">What it must hold, where that is known.</param>
    /// <param name="watch">Is shown the bytes.</param>
    public static BundleContent OfFile(string path, long length, Sha256Digest? expected = null, IContentObserver? watch = null) =>
        new FileBundleContent(path, length, expected, length <= IContentObserver.MaxCount ? watch : null);

    /// <summary>Bytes in memory; nobody may change them until the bundle is there.</summary>
    public static BundleContent OfBytes(ReadOnlyMemory<byte> bytes) => new MemoryBundleContent(bytes);

    /// <summary>Writes all the bytes.</summary>
    public abstract void WriteTo(BundleSink sink);

    /// <summary>Looks at what was written.</summary>
    /// <exception cref="FirnException">It is not what was expected.</exception>
    public virtual void Check(Sha256Digest written)
    {
        // Content in memory is what it is.
    }
}

/// <summary>The bytes of a file, read straight into the bundle's buffer.</summary>
internal sealed class FileBundleContent(string path, long length, Sha256Digest? expected, IContentObserver? watch) : BundleContent
{
    public override long Length => length;

    public override void WriteTo(BundleSink sink)
    {
        using var file = SequentialFile.OpenSteady(path);
        var left = length;
        while (true)
        {
            // One byte more than promised tells in the same call whether the file has grown.
            var space = sink.Space(left + 1);
            var count = file.Read(space.Length > left ? space[..(int)(left + 1)] : space);
            if (count > left)
            {
                throw Changed("it has grown");
            }

            if (count == length)
            {
                watch?.See(path, space[..count]);
            }

            sink.Advance(count);
            left -= count;
            if (left == 0 && count < space.Length)
            {
                file.MustBeSteady();
                return;
            }

            if (count == 0)
            {
                throw Changed("it has shrunk");
            }
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (expected is { } digest && digest != written)
        {
            throw Changed($"it has {written}, not {digest}");
        }
    }

    private FirnException Changed(string how) => new(
        $"{path} changed while it was read: {how}", "run the command again when nothing else writes there");
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBundleContent(ReadOnlyMemory<byte> bytes) : BundleContent
{
    public override long Length => bytes.Length;

    public override void WriteTo(BundleSink sink) => sink.Write(bytes.Span);
}

/// <summary>Takes the content of one member after the other and computes the digest of each.</summary>
internal sealed class BundleSink(OutputBuffer output, bool withDigests = true) : IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private long _length;
    private long _left;
    private Sha256Digest? _whole;

    /// <summary>Takes the next bytes of the content.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = Space(bytes.Length);
            var count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Memory to write into, as much as wanted where the buffer is that large; <see cref="Advance"/> takes the bytes.</summary>
    internal Span<byte> Space(long wanted) => output.Space((int)Math.Min(wanted, output.Capacity));

    internal void Advance(int count)
    {
        if (count > _left)
        {
            throw new InvalidOperationException("a member writes more than its length");
        }

        var piece = output.Space(count)[..count];
        if (!withDigests)
        {
            // Only the bytes are wanted.
        }
        else if (count == _length)
        {
            // Most files come whole, and a digest in one call is cheaper.
            _whole = Sha256Digest.Of(piece);
        }
        else if (count > 0)
        {
            _hasher.Append(piece);
        }

        output.Advance(count);
        _left -= count;
    }

    internal void Start(long length)
    {
        _length = length;
        _left = length;
        _whole = null;
    }

    internal Sha256Digest? Finish()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException("a member writes less than its length");
        }

        return withDigests ? _whole ?? _hasher.Finish() : null;
    }

    public void Dispose() => _hasher.Dispose();
}

/// <summary>Is shown small files while they are read for something else.</summary>
internal interface IContentObserver
{
    /// <summary>Larger files it is not shown.</summary>
    public const int MaxCount = 64 * 1024;

    /// <summary>Looks at a file.</summary>
    /// <param name="path">Where it was read.</param>
    /// <param name="content">All of it.</param>
    public void See(string path, ReadOnlySpan<byte> content);
}
