namespace Firn.Common.Compression;

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
