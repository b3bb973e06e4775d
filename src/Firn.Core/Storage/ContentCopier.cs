using Firn.Common;

namespace Firn.Storage;

/// <summary>Reads files once, for both digests and the copy, with one buffer for all of them.</summary>
internal sealed class ContentCopier
{
    /// <summary>The most bytes that are read at once.</summary>
    public const int Length = 1024 * 1024;

    private readonly byte[] _buffer = new byte[Length];

    /// <summary>The bytes of a file of at most <see cref="Length"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadSmall(SourceFile source)
    {
        var length = 0;
        while (length < source.Size)
        {
            var read = source.Read(_buffer.AsSpan(length, (int)source.Size - length), length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return _buffer.AsSpan(0, length);
    }

    /// <summary>Copies a file of any size.</summary>
    public StoredFile Copy(SourceFile source, StagedFile target, CancellationToken cancellation)
    {
        using var sha256 = new Sha256Hasher();
        using var md5 = new Md5Hasher();
        long length = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = source.Read(_buffer, length);
            if (read == 0)
            {
                return new StoredFile(sha256.Finish(), md5.Finish(), length);
            }

            var part = _buffer.AsSpan(0, read);
            sha256.Append(part);
            md5.Append(part);
            target.Write(part);
            length += read;
        }
    }
}
