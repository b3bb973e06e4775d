using System.Runtime.InteropServices;
using Firn.Analyses.Launching;
using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Cli.Output;

/// <summary>
/// Writes to standard output or error as it is (Linux and macOS). The stream of <see cref="Console"/> makes ready for a
/// terminal before its first byte, and that takes 5 ms.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int BrokenPipe = 32;
    private const int StandardError = 2;
    private readonly DescriptorSink _sink = new(descriptor);

    /// <summary>
    /// Opens what a shell has closed (<c>2&gt;&amp;-</c>): else the next file that is opened, one of a store, would be standard
    /// error, and take its messages.
    /// </summary>
    public static void OpenClosed()
    {
        int opened;
        do
        {
            // For reading: results that nobody can take are an error all the same.
            opened = Libc.Open("/dev/null", 0);
        }
        while (opened is >= 0 and <= StandardError);
        new SafeFileHandle(opened, ownsHandle: true).Dispose();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">A full disk, or the like: results are lost. Of messages none is worth a command's own exit code.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // Where nobody reads any more the rest goes nowhere, as with the console's own stream.
        if (!_sink.Write(buffer) && _sink.Error != BrokenPipe && descriptor != StandardError)
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
