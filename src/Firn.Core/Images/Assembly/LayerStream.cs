using System.IO.Compression;
using Firn.Common;

namespace Firn.Images.Assembly;

/// <summary>What a layer's bytes came to.</summary>
/// <param name="DiffId">Of the tar, which identifies it however it is compressed (image-spec, config.md).</param>
/// <param name="Digest">Of the compressed bytes.</param>
/// <param name="Size">How many of them there are.</param>
/// <param name="TarSize">The length of the tar.</param>
internal sealed record LayerBytes(Sha256Digest DiffId, Sha256Digest Digest, long Size, long TarSize);

/// <summary>
/// The tar of a layer on its way to a file: digested, and cut into pieces of which each becomes a gzip member of its own, so
/// that all cores compress and the result is the same whatever their number. Members one after the other are one gzip file
/// (RFC 1952, 2.2).
/// </summary>
/// <param name="output">Takes the compressed bytes.</param>
/// <param name="room">How many pieces all layers together may hold in memory.</param>
/// <param name="cancellation">Ends the wait for room.</param>
internal sealed class LayerStream(Stream output, SemaphoreSlim room, CancellationToken cancellation) : IByteSink, IDisposable
{
    /// <summary>The length of a piece. It and <see cref="Level"/> decide the bytes: a change of either is another format.</summary>
    public const int PieceLength = 4 << 20;

    /// <summary>zlib's level: a tenth larger than its level 6 in half of the time.</summary>
    public const int Level = 2;

    private const int WriteLength = 64 * 1024;
    private readonly Sha256Hasher _tar = new();
    private readonly Sha256Hasher _compressed = new();
    private readonly Queue<Task<byte[]>> _pieces = new();
    private byte[] _piece = new byte[PieceLength];
    private int _length;
    private long _tarSize;
    private long _size;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _tar.Append(bytes);
        _tarSize += bytes.Length;
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, PieceLength - _length);
            bytes[..count].CopyTo(_piece.AsSpan(_length));
            bytes = bytes[count..];
            _length += count;
            if (_length == PieceLength)
            {
                Start();
            }
        }
    }

    /// <summary>Writes the rest.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public LayerBytes Finish()
    {
        while (_pieces.Count > 0)
        {
            Take();
        }

        if (_length > 0)
        {
            Put(Compress(_piece, _length));
        }

        return new LayerBytes(_tar.Finish(), _compressed.Finish(), _size, _tarSize);
    }

    /// <summary>Waits for pieces that nobody wants any more.</summary>
    public void Dispose()
    {
        while (_pieces.TryDequeue(out var piece))
        {
            piece.ContinueWith(static done => done.Exception, TaskScheduler.Default).Wait(CancellationToken.None);
            room.Release();
        }

        _tar.Dispose();
        _compressed.Dispose();
    }

    /// <summary>Has the piece compressed beside, and takes what is ready.</summary>
    private void Start()
    {
        var (piece, length) = (_piece, _length);
        while (!room.Wait(0, cancellation))
        {
            // One's own first: layers that wait for each other's room would wait for ever.
            if (_pieces.Count > 0)
            {
                Take();
            }
            else
            {
                room.Wait(cancellation);
                break;
            }
        }

        _pieces.Enqueue(Task.Run(() => Compress(piece, length), CancellationToken.None));
        while (_pieces.Count > 0 && _pieces.Peek().IsCompleted)
        {
            Take();
        }

        _piece = new byte[PieceLength];
        _length = 0;
    }

    private void Take()
    {
        var piece = _pieces.Dequeue();
        try
        {
            Put(piece.GetAwaiter().GetResult());
        }
        finally
        {
            room.Release();
        }
    }

    private void Put(byte[] bytes)
    {
        output.Write(bytes);
        _compressed.Append(bytes);
        _size += bytes.Length;
    }

    /// <summary>One gzip member. Its header tells nothing of this machine: no time, no level, an unknown system.</summary>
    private static byte[] Compress(byte[] piece, int length)
    {
        const int extraFlags = 8, system = 9;
        var compressed = new MemoryStream(length / 3);
        using (var gzip = new GZipStream(compressed, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true))
        {
            // The encoder's bytes depend on how it is fed.
            for (var at = 0; at < length; at += WriteLength)
            {
                gzip.Write(piece, at, Math.Min(WriteLength, length - at));
            }
        }

        var bytes = compressed.ToArray();
        bytes[extraFlags] = 0;
        bytes[system] = 255;
        return bytes;
    }
}
