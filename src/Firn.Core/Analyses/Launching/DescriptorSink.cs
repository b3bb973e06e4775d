using System.Runtime.InteropServices;

namespace Firn.Analyses.Launching;

/// <summary>Writes to a descriptor of this process, and tells when nobody reads there any more.</summary>
internal sealed unsafe class DescriptorSink(int descriptor)
{
    private const short PollOut = 4;
    private readonly Lock _lock = new();

    /// <summary>The error number of the write that failed.</summary>
    public int Error { get; private set; }

    /// <summary>Whether two descriptors lead to one place, as those of a terminal, or of <c>2&gt;&amp;1</c>.</summary>
    public static bool AreOne(int first, int second) =>
        OperatingSystem.IsLinux()
        && Common.RealPath.LinkTarget($"/proc/self/fd/{first}") is { } target
        && target == Common.RealPath.LinkTarget($"/proc/self/fd/{second}");

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
                    written = PosixCalls.Write(descriptor, pointer, content.Length);
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
        if (error == PosixCalls.InterruptedCall)
        {
            return true;
        }

        var entry = new PosixCalls.PollEntry { Descriptor = descriptor, Events = PollOut };
        return error == (OperatingSystem.IsMacOS() ? 35 : 11) && PosixCalls.Poll(&entry, 1, -1) > 0;
    }
}
