using Firn.Common.Native;

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

/// <summary>Compresses by libzstd into one frame that tells the size of its content.</summary>
internal sealed unsafe class ZstandardCompressor : Compressor
{
    private const int LevelParameter = 100;
    private const int WorkersParameter = 400;
    private const int Continue = 0;
    private const int End = 2;
    private const int OutputLength = 256 * 1024;
    private readonly byte[] _output = new byte[OutputLength];
    private readonly IByteSink _target;
    private nint _context;

    public ZstandardCompressor(IByteSink target, CompressionSettings settings)
    {
        _target = target;
        _context = ZstandardLibrary.CreateCompressor();
        if (_context == 0)
        {
            throw new InvalidOperationException("libzstd has no memory");
        }

        Require(ZstandardLibrary.SetCompressorParameter(_context, LevelParameter, settings.Level));
        Require(ZstandardLibrary.SetContentSize(_context, (ulong)settings.Length));
        if (settings.Workers > 0)
        {
            // A library that was built without threads answers with an error and goes on without them.
            _ = ZstandardLibrary.SetCompressorParameter(_context, WorkersParameter, settings.Workers);
        }
    }

    public override void Write(ReadOnlySpan<byte> bytes) => Compress(bytes, Continue);

    public override void Finish() => Compress([], End);

    public override void Dispose()
    {
        if (_context != 0)
        {
            _ = ZstandardLibrary.FreeCompressor(_context);
            _context = 0;
        }
    }

    private void Compress(ReadOnlySpan<byte> bytes, int end)
    {
        fixed (byte* source = bytes)
        fixed (byte* destination = _output)
        {
            var input = new ZstandardBuffer { Bytes = source, Length = (nuint)bytes.Length };
            nuint left;
            do
            {
                var output = new ZstandardBuffer { Bytes = destination, Length = OutputLength };
                left = Require(ZstandardLibrary.Compress(_context, &output, &input, end));
                if (output.Position > 0)
                {
                    _target.Write(_output.AsSpan(0, (int)output.Position));
                }
            }
            while (end == End ? left > 0 : input.Position < input.Length);
        }
    }

    private static nuint Require(nuint result) => ZstandardLibrary.IsError(result) == 0
        ? result
        : throw new InvalidOperationException($"libzstd: {ZstandardLibrary.Describe(result)}");
}

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
