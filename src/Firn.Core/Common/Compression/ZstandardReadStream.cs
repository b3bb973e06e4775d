namespace Firn.Common.Compression;

/// <summary>
/// The content of one Zstandard frame. A second frame, a skippable one or anything else behind it is refused, as is a
/// window that would take more memory than Firn's own frames ever need. What others have compressed may need a larger
/// window, and may be several frames: <see cref="ZstandardFormat.DecompressForeign"/>.
/// </summary>
internal sealed unsafe class ZstandardReadStream : ForwardReadStream
{
    private const int MaximumWindowParameter = 100;

    /// <summary>8 MiB, the window of level 19; the levels in use need 2 MiB at most.</summary>
    private const int MaximumWindowLog = 23;

    /// <summary>128 MiB, the window of level 22 and the most that libzstd takes of a stream if it is not told otherwise.</summary>
    private const int MaximumForeignWindowLog = 27;

    /// <summary>Below the length from which arrays are collected with the oldest objects only.</summary>
    private const int InputLength = 80 * 1024;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(InputLength);
    private readonly Stream _source;
    private readonly bool _isForeign;
    private nint _context;
    private int _start;
    private int _end;
    private bool _isSourceAtEnd;
    private bool _isFrameAtEnd;

    public ZstandardReadStream(Stream source, bool isForeign = false)
    {
        _source = source;
        _isForeign = isForeign;
        _context = ZstandardLibrary.CreateDecompressor();
        if (_context == 0)
        {
            throw new InvalidOperationException("libzstd has no memory");
        }

        _ = ZstandardLibrary.SetDecompressorParameter(_context, MaximumWindowParameter, isForeign ? MaximumForeignWindowLog : MaximumWindowLog);
    }

    /// <summary>Fills the buffer, or as much of it as the content has; 0 only at the end of the frame and of the source.</summary>
    /// <exception cref="InvalidDataException">The bytes are no whole frame.</exception>
    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (written < buffer.Length && (!_isFrameAtEnd || StartsNextFrame()))
        {
            Fill();
            var taken = _end - _start;
            var made = Decompress(buffer[written..]);
            written += made;
            if (made == 0 && taken == 0 && !_isFrameAtEnd)
            {
                throw new InvalidDataException("the Zstandard frame is cut off");
            }
        }

        if (written == 0 && buffer.Length > 0)
        {
            RequireSourceAtEnd();
        }

        return written;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = ZstandardLibrary.FreeDecompressor(_context);
            _context = 0;
        }

        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        fixed (byte* source = _input)
        fixed (byte* destination = buffer)
        {
            var input = new ZstandardBuffer { Bytes = source + _start, Length = (nuint)(_end - _start) };
            var output = new ZstandardBuffer { Bytes = destination, Length = (nuint)buffer.Length };
            var left = ZstandardLibrary.Decompress(_context, &output, &input);
            if (ZstandardLibrary.IsError(left) != 0)
            {
                throw new InvalidDataException($"Zstandard: {ZstandardLibrary.Describe(left)}");
            }

            _start += (int)input.Position;
            _isFrameAtEnd = left == 0;
            return (int)output.Position;
        }
    }

    private void Fill()
    {
        if (_start == _end && !_isSourceAtEnd)
        {
            _start = 0;
            _end = _source.Read(_input);
            _isSourceAtEnd = _end == 0;
        }
    }

    private bool StartsNextFrame()
    {
        if (!_isForeign)
        {
            return false;
        }

        Fill();
        _isFrameAtEnd = _start == _end;
        return !_isFrameAtEnd;
    }

    private void RequireSourceAtEnd()
    {
        Fill();
        if (_start < _end)
        {
            throw new InvalidDataException("bytes behind the Zstandard frame");
        }
    }
}
