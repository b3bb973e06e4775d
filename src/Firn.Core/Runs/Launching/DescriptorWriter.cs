using System.Runtime.InteropServices;
using System.Text;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

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
        && Firn.Common.Files.RealPath.LinkTarget($"/proc/self/fd/{first}") is { } target
        && target == Firn.Common.Files.RealPath.LinkTarget($"/proc/self/fd/{second}");

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
                    written = Libc.Write(descriptor, pointer, content.Length);
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
        if (error == Errno.Interrupted)
        {
            return true;
        }

        var entry = new ProcessCalls.PollEntry { Descriptor = descriptor, Events = PollOut };
        return error == Errno.TryAgain && ProcessCalls.Poll(&entry, 1, -1) > 0;
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

        var isRead = sink(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line));
        _line.Clear();
        return isRead;
    }
}
