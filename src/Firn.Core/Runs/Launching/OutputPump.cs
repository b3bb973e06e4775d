using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

/// <summary>
/// Passes on what a process prints, at once and in order, and keeps it in the log. One thread looks at both pipes, so the
/// log has their parts in the order in which they came.
/// </summary>
internal sealed unsafe class OutputPump
{
    private const int BufferLength = 64 * 1024;
    private const int LookEvery = 100;
    private readonly RunLog? _log;
    private readonly List<Source> _sources = [];
    private readonly Thread _thread;
    private volatile bool _isLast;

    /// <param name="log">Takes everything; <see langword="null"/> for none.</param>
    public OutputPump(RunLog? log)
    {
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "firn output" };
    }

    /// <summary>Adds a pipe, before the start.</summary>
    public void Add(PipeEnds pipe, OutputSink sink) => _sources.Add(new Source(pipe, sink));

    public void Start() => _thread.Start();

    /// <summary>
    /// Waits for the rest. The pipes end when the last process that holds them has ended; one that got away holds them
    /// for ever, so after the time given what is there already counts as the rest.
    /// </summary>
    public void Finish(TimeSpan patience)
    {
        if (!_thread.Join(patience))
        {
            _isLast = true;
            _thread.Join();
        }
    }

    private void Run()
    {
        var buffer = new byte[BufferLength];
        var entries = stackalloc ProcessCalls.PollEntry[2];
        while (_sources.Count > 0)
        {
            for (var i = 0; i < _sources.Count; i++)
            {
                entries[i] = new ProcessCalls.PollEntry { Descriptor = _sources[i].Pipe.Reader, Events = ProcessCalls.PollIn };
            }

            var ready = ProcessCalls.Poll(entries, (uint)_sources.Count, _isLast ? 0 : LookEvery);
            if (ready == 0 && _isLast)
            {
                return;
            }

            for (var i = _sources.Count - 1; ready > 0 && i >= 0; i--)
            {
                if (entries[i].Returned != 0 && !PassOn(_sources[i], buffer))
                {
                    // Nobody reads: the process is told as it would be without a pipe between.
                    _sources[i].Pipe.CloseReader();
                    _sources.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Passes on what is there; false at the end.</summary>
    private bool PassOn(Source source, byte[] buffer)
    {
        nint read;
        fixed (byte* pointer = buffer)
        {
            do
            {
                read = Libc.Read(source.Pipe.Reader, pointer, buffer.Length);
            }
            while (read < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }

        if (read <= 0)
        {
            return false;
        }

        var content = buffer.AsSpan(0, (int)read);
        _log?.Write(content);
        try
        {
            return source.Sink(content);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It is the caller's; on this thread it would end the process.
            return false;
        }
    }

    private sealed record Source(PipeEnds Pipe, OutputSink Sink);
}

/// <summary>Takes what a run prints, as it comes.</summary>
/// <param name="content">The bytes, valid until it returns.</param>
/// <returns>Whether anybody still reads; one that throws does not.</returns>
public delegate bool OutputSink(ReadOnlySpan<byte> content);

/// <summary>The two ends of a pipe that no other child inherits.</summary>
internal sealed unsafe class PipeEnds : IDisposable
{
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
            ? ProcessCalls.MakePipe(ends, OpenFlags.CloseOnExec)
            : ProcessCalls.MakePipe(ends);
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
            _ = Libc.Close(descriptor);
        }
    }
}
