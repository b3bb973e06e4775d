using System.Runtime.InteropServices;
using System.Text;
using Firn.Runs.Launching;

namespace Firn.Cli.Output;

/// <summary>Writes to a descriptor of this process, and tells when nobody reads there any more.</summary>
internal sealed unsafe class DescriptorWriter(int descriptor)
{
    private const short PollOut = 4;
    private readonly Lock _lock = new();

    /// <summary>The error number of the write that failed.</summary>
    public int Error { get; private set; }

    /// <summary>Whether two descriptors lead to one place, as those of a terminal, or of <c>2&gt;&amp;1</c>.</summary>
    public static bool AreOne(int first, int second) =>
        OperatingSystem.IsLinux()
        && new FileInfo($"/proc/self/fd/{first}").LinkTarget is { } target
        && target == new FileInfo($"/proc/self/fd/{second}").LinkTarget;

    /// <summary>Writes all of it; several threads may.</summary>
    public bool Write(ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            while (!content.IsEmpty)
            {
                nint written;
                fixed (byte* pointer = content)
                {
                    written = DescriptorCalls.Write(descriptor, pointer, content.Length);
                }

                if (written >= 0)
                {
                    content = content[(int)written..];
                }
                else if (Marshal.GetLastPInvokeError() is var error && !MayGoOn(error))
                {
                    Error = error;
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A pipe that somebody has made non-blocking is waited for.</summary>
    private bool MayGoOn(int error)
    {
        if (error == DescriptorCalls.Interrupted)
        {
            return true;
        }

        var entry = new DescriptorCalls.PollEntry { Descriptor = descriptor, Events = PollOut };
        return error == DescriptorCalls.TryAgain && DescriptorCalls.Poll(&entry, 1, -1) > 0;
    }
}

/// <summary>
/// Puts a prefix before each line, and hands lines on whole, so that those of several runs do not mix. A line without an
/// end is handed on when the run ends, or when it has become long.
/// </summary>
internal sealed class LinePrefixer(string prefix, OutputSink sink)
{
    private const int LongLine = 64 * 1024;
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);
    private readonly List<byte> _line = [];

    /// <summary>Takes the next bytes.</summary>
    public bool Write(ReadOnlySpan<byte> content)
    {
        var isRead = true;
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var part = end < 0 ? content : content[..(end + 1)];
            if (_line.Count == 0)
            {
                _line.AddRange(_prefix);
            }

            _line.AddRange(part);
            content = content[part.Length..];
            if (end >= 0 || _line.Count > LongLine)
            {
                isRead &= Send(end >= 0);
            }
        }

        return isRead;
    }

    /// <summary>Hands on what has no end.</summary>
    public void Finish()
    {
        if (_line.Count > 0)
        {
            Send(isWhole: false);
        }
    }

    private bool Send(bool isWhole)
    {
        if (!isWhole)
        {
            _line.Add((byte)'\n');
        }

        var isRead = sink(CollectionsMarshal.AsSpan(_line));
        _line.Clear();
        return isRead;
    }
}

/// <summary>The calls of the C library on descriptors that this process was started with (Linux and macOS).</summary>
internal static unsafe partial class DescriptorCalls
{
    /// <summary>EINTR: a signal came, the call is to be made again.</summary>
    public const int Interrupted = 4;

    /// <summary>EPIPE.</summary>
    public const int BrokenPipe = 32;

    /// <summary>EAGAIN: the pipe is full.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Opens for reading. The descriptor; less than 0 where it fails.</summary>
    public static int OpenToRead(string path) => Open(path, 0);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* content, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, uint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
