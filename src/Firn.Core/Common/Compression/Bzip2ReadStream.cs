using ICSharpCode.SharpZipLib.BZip2;

namespace Firn.Common.Compression;

/// <summary>
/// The content of bzip2 streams, one after the other as pbzip2 and lbzip2 write them, to the end of the source. Whatever
/// the decoder thinks of bad bytes becomes an <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="source">The compressed bytes, seekable and buffered; it stays open.</param>
internal sealed class Bzip2ReadStream(Stream source) : ForwardReadStream
{
    private BZip2InputStream? _stream;

    /// <summary>Fills the buffer, or as much of it as the content has; 0 only at the end of the source.</summary>
    /// <exception cref="InvalidDataException">The bytes are no whole streams.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            var written = 0;
            while (written < count && MoveToStream())
            {
                var made = _stream!.Read(buffer, offset + written, count - written);
                written += made;
                if (made == 0)
                {
                    _stream = null;
                }
            }

            return written;
        }
        catch (Exception exception) when (exception is BZip2Exception or IndexOutOfRangeException or ArgumentException
            or NullReferenceException or ArithmeticException or EndOfStreamException)
        {
            // The decoder trusts its tables and leaves damage to the runtime's checks.
            throw new InvalidDataException($"bzip2: {exception.Message}", exception);
        }
    }

    /// <summary>Whether there is a stream to read from: the current one, or one that starts where that ended.</summary>
    private bool MoveToStream()
    {
        if (_stream is not null)
        {
            return true;
        }

        if (source.Position == source.Length)
        {
            return false;
        }

        // The decoder takes byte after byte, so the source stands right behind the last stream; and it takes other
        // bytes for an empty stream.
        Span<byte> magic = stackalloc byte[3];
        if (source.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual("BZh"u8))
        {
            throw new InvalidDataException("bytes that are not bzip2 stream");
        }

        source.Seek(-magic.Length, SeekOrigin.Current);
        _stream = new BZip2InputStream(source) { IsStreamOwner = false };
        return true;
    }
}
