using ZstdSharp.Unsafe;

namespace Firn.Common.Compression;

/// <summary>
/// Zstandard (RFC 8878) of ZstdSharp, libzstd's code in C#: there on every machine, and of one content it makes the same
/// bytes on each of them.
/// </summary>
internal sealed class ZstandardFormat : CompressionFormat
{
    public override string Name => "zstd";

    public override string Extension => ".zst";

    public override Compressor Compress(IByteSink target, CompressionSettings settings) => new ZstandardCompressor(target, settings);

    public override Stream Decompress(Stream source) => new ZstandardReadStream(source);

    /// <summary>
    /// The content of frames that another program wrote, one after the other, with any window that libzstd takes by
    /// default (<c>ZSTD_WINDOWLOG_LIMIT_DEFAULT</c>). The memory for a window of 128 MiB is used where there is one only.
    /// </summary>
    public static Stream DecompressForeign(Stream source) => new ZstandardReadStream(source, isForeign: true);
}

/// <summary>Compresses into one frame that tells the size of its content.</summary>
internal sealed unsafe class ZstandardCompressor : Compressor
{
    private const int OutputLength = 256 * 1024;
    private readonly byte[] _output = new byte[OutputLength];
    private readonly IByteSink _target;
    private ZSTD_CCtx_s* _context;

    public ZstandardCompressor(IByteSink target, CompressionSettings settings)
    {
        _target = target;
        _context = Methods.ZSTD_createCCtx();
        Require(Methods.ZSTD_CCtx_setParameter(_context, ZSTD_cParameter.ZSTD_c_compressionLevel, settings.Level));
        Require(Methods.ZSTD_CCtx_setPledgedSrcSize(_context, (ulong)settings.Length));
        Require(Methods.ZSTD_CCtx_setParameter(_context, ZSTD_cParameter.ZSTD_c_nbWorkers, settings.Workers));
    }

    public override void Write(ReadOnlySpan<byte> bytes) => Compress(bytes, ZSTD_EndDirective.ZSTD_e_continue);

    public override void Finish() => Compress([], ZSTD_EndDirective.ZSTD_e_end);

    public override void Dispose()
    {
        _ = Methods.ZSTD_freeCCtx(_context);
        _context = null;
    }

    private void Compress(ReadOnlySpan<byte> bytes, ZSTD_EndDirective end)
    {
        fixed (byte* source = bytes)
        fixed (byte* destination = _output)
        {
            var input = new ZSTD_inBuffer_s { src = source, size = (nuint)bytes.Length };
            nuint left;
            do
            {
                var output = new ZSTD_outBuffer_s { dst = destination, size = OutputLength };
                left = Require(Methods.ZSTD_compressStream2(_context, &output, &input, end));
                if (output.pos > 0)
                {
                    _target.Write(_output.AsSpan(0, (int)output.pos));
                }
            }
            while (end == ZSTD_EndDirective.ZSTD_e_end ? left > 0 : input.pos < input.size);
        }
    }

    private static nuint Require(nuint result) => Methods.ZSTD_isError(result)
        ? throw new InvalidOperationException($"Zstandard: {Methods.ZSTD_getErrorName(result)}")
        : result;
}

/// <summary>
/// The content of one Zstandard frame. A second frame, a skippable one or anything else behind it is refused, as is a
/// window that would take more memory than Firn's own frames ever need. What others have compressed may need a larger
/// window, and may be several frames: <see cref="ZstandardFormat.DecompressForeign"/>.
/// </summary>
internal sealed unsafe class ZstandardReadStream : ForwardReadStream
{
    /// <summary>8 MiB, the window of level 19; the levels in use need 2 MiB at most.</summary>
    private const int MaximumWindowLog = 23;

    /// <summary>128 MiB, the window of level 22 and the most that libzstd takes of a stream if it is not told otherwise.</summary>
    private const int MaximumForeignWindowLog = 27;

    /// <summary>Below the length from which arrays are collected with the oldest objects only.</summary>
    private const int InputLength = 80 * 1024;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(InputLength);
    private readonly Stream _source;
    private readonly bool _isForeign;
    private ZSTD_DCtx_s* _context;
    private int _start;
    private int _end;
    private bool _isSourceAtEnd;
    private bool _isFrameAtEnd;

    public ZstandardReadStream(Stream source, bool isForeign = false)
    {
        _source = source;
        _isForeign = isForeign;
        _context = Methods.ZSTD_createDCtx();
        _ = Methods.ZSTD_DCtx_setParameter(
            _context, ZSTD_dParameter.ZSTD_d_windowLogMax, isForeign ? MaximumForeignWindowLog : MaximumWindowLog);
    }

    /// <summary>Fills the buffer, or as much of it as the content has; 0 only at the end of the frame and of the source.</summary>
    /// <exception cref="InvalidDataException">The bytes are not whole frame.</exception>
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
        _ = Methods.ZSTD_freeDCtx(_context);
        _context = null;
        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        fixed (byte* source = _input)
        fixed (byte* destination = buffer)
        {
            var input = new ZSTD_inBuffer_s { src = source + _start, size = (nuint)(_end - _start) };
            var output = new ZSTD_outBuffer_s { dst = destination, size = (nuint)buffer.Length };
            var left = Methods.ZSTD_decompressStream(_context, &output, &input);
            if (Methods.ZSTD_isError(left))
            {
                throw new InvalidDataException($"Zstandard: {Methods.ZSTD_getErrorName(left)}");
            }

            _start += (int)input.pos;
            _isFrameAtEnd = left == 0;
            return (int)output.pos;
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
