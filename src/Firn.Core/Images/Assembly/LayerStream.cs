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
/// <param name="compressor">Compresses pieces beside.</param>
internal sealed class LayerStream(Stream output, PieceCompressor compressor) : IByteSink, IDisposable
{
    /// <summary>The length of a piece. It and <see cref="PieceCompressor.Level"/> decide the bytes: a change of either is another format.</summary>
    public const int PieceLength = 4 << 20;

    private readonly Sha256Hasher _tar = new();
    private readonly Sha256Hasher _compressed = new();
    private readonly Queue<LayerPiece> _pieces = new();
    private LayerPiece _piece = new();
    private long _tarSize;
    private long _size;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _tar.Append(bytes);
        _tarSize += bytes.Length;
        while (bytes.Length > 0)
        {
            bytes = bytes[_piece.Take(bytes)..];
            if (_piece.IsFull)
            {
                Start();
            }
        }
    }

    /// <summary>Writes the rest.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public LayerBytes Finish()
    {
        while (_pieces.TryDequeue(out var piece))
        {
            Put(compressor.Wait(piece));
        }

        if (!_piece.IsEmpty)
        {
            Put(_piece.Compress());
        }

        return new LayerBytes(_tar.Finish(), _compressed.Finish(), _size, _tarSize);
    }

    /// <summary>Gives back the room of pieces that nobody wants any more.</summary>
    public void Dispose()
    {
        while (_pieces.TryDequeue(out var piece))
        {
            compressor.Wait(piece);
        }

        _tar.Dispose();
        _compressed.Dispose();
    }

    /// <summary>Has the piece compressed beside, or here where there is no room for another; takes what is ready.</summary>
    private void Start()
    {
        while (_pieces.TryPeek(out var first) && first.IsDone)
        {
            Put(compressor.Wait(_pieces.Dequeue()));
        }

        if (compressor.TryAdd(_piece))
        {
            _pieces.Enqueue(_piece);
        }
        else
        {
            // One's own before it: they come in order.
            while (_pieces.TryDequeue(out var piece))
            {
                Put(compressor.Wait(piece));
            }

            Put(_piece.Compress());
        }

        _piece = new LayerPiece();
    }

    private void Put(byte[] bytes)
    {
        output.Write(bytes);
        _compressed.Append(bytes);
        _size += bytes.Length;
    }
}

/// <summary>Some bytes of a layer's tar, and what they are compressed.</summary>
internal sealed class LayerPiece
{
    private const int WriteLength = 64 * 1024;
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(LayerStream.PieceLength);
    private readonly object _gate = new();
    private bool _isDone;
    private int _length;
    private byte[] _compressed = [];

    /// <summary>Whether it takes no more.</summary>
    public bool IsFull => _length == _bytes.Length;

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Whether it was compressed.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _isDone;
            }
        }
    }

    /// <summary>Takes as many bytes as there is room for.</summary>
    /// <returns>How many.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, _bytes.Length - _length);
        bytes[..count].CopyTo(_bytes.AsSpan(_length));
        _length += count;
        return count;
    }

    /// <summary>One gzip member. Its header tells nothing of this machine: no time, no level, an unknown system.</summary>
    public byte[] Compress()
    {
        const int extraFlags = 8, system = 9;
        var compressed = new MemoryStream(_length / 3);
        using (var gzip = new GZipStream(compressed, new ZLibCompressionOptions { CompressionLevel = PieceCompressor.Level }, leaveOpen: true))
        {
            // The encoder's bytes depend on how it is fed.
            for (var at = 0; at < _length; at += WriteLength)
            {
                gzip.Write(_bytes, at, Math.Min(WriteLength, _length - at));
            }
        }

        var bytes = compressed.ToArray();
        bytes[extraFlags] = 0;
        bytes[system] = 255;
        return bytes;
    }

    /// <summary>Compresses it for whoever waits.</summary>
    public void Run()
    {
        var compressed = Compress();
        lock (_gate)
        {
            (_compressed, _isDone) = (compressed, true);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>What it is compressed, when it is.</summary>
    public byte[] Wait()
    {
        lock (_gate)
        {
            while (!_isDone)
            {
                Monitor.Wait(_gate);
            }

            return _compressed;
        }
    }
}

/// <summary>Compresses pieces of layers on all cores, so many at a time that memory stays small.</summary>
internal sealed class PieceCompressor : IDisposable
{
    /// <summary>zlib's level: a tenth larger than its level 6 in half of the time.</summary>
    public const int Level = 2;

    private readonly int _most = Environment.ProcessorCount + 2;
    private readonly Queue<LayerPiece> _queue = new();
    private int _held;
    private bool _isEnded;

    public PieceCompressor()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(Work) { IsBackground = true, Name = "firn compress" }.Start();
        }
    }

    /// <summary>Takes a piece, unless it holds as many as it may.</summary>
    public bool TryAdd(LayerPiece piece)
    {
        lock (_queue)
        {
            if (_held == _most)
            {
                return false;
            }

            _held++;
            _queue.Enqueue(piece);
            Monitor.Pulse(_queue);
            return true;
        }
    }

    /// <summary>What a piece is compressed; another may take its place then.</summary>
    public byte[] Wait(LayerPiece piece)
    {
        var bytes = piece.Wait();
        lock (_queue)
        {
            _held--;
        }

        return bytes;
    }

    /// <summary>Ends the threads, when nobody waits any more.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _isEnded = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void Work()
    {
        while (Next() is { } piece)
        {
            piece.Run();
        }
    }

    private LayerPiece? Next()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_isEnded)
            {
                Monitor.Wait(_queue);
            }

            return _queue.TryDequeue(out var piece) ? piece : null;
        }
    }
}
