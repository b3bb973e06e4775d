using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>The two ends of a pipe that no other child inherits.</summary>
internal sealed unsafe class PipeEnds : IDisposable
{
    private const int CloseOnExecLinux = 0x80000;

    private PipeEnds(int reader, int writer)
    {
        Reader = reader;
        Writer = writer;
    }

    public int Reader { get; private set; }

    public int Writer { get; private set; }

    /// <exception cref="FirnException">There are no descriptors left.</exception>
    public static PipeEnds Make()
    {
        var ends = stackalloc int[2];
        var failed = OperatingSystem.IsLinux()
            ? PosixCalls.MakePipe(ends, CloseOnExecLinux)
            : PosixCalls.MakePipe(ends);
        return failed == 0
            ? new PipeEnds(ends[0], ends[1])
            : throw new FirnException("cannot make a pipe", "too many files are open: raise `ulimit -n`");
    }

    public void CloseReader()
    {
        Close(Reader);
        Reader = -1;
    }

    public void CloseWriter()
    {
        Close(Writer);
        Writer = -1;
    }

    public void Dispose()
    {
        CloseReader();
        CloseWriter();
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = PosixCalls.Close(descriptor);
        }
    }
}
