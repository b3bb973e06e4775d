using System.Runtime.InteropServices;
using Firn.Analyses.Launching;

namespace Firn.Cli.Output;

/// <summary>
/// Writes to standard output or error as it is (Linux and macOS). The stream of <see cref="Console"/> makes ready for a
/// terminal before its first byte, and that takes 5 ms.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int BrokenPipe = 32;
    private readonly DescriptorSink _sink = new(descriptor);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">A full disk, or the like.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // Where nobody reads any more the rest goes nowhere, as with the console's own stream.
        if (!_sink.Write(buffer) && _sink.Error != BrokenPipe)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(_sink.Error), _sink.Error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
