using System.Diagnostics;
using Firn.Cli;
using Microsoft.Win32.SafeHandles;

namespace Firn.Fuzz.Running;

/// <summary>
/// Knows which input is running: it ends the process over one that does not end, and leaves the number of one that ends
/// the process (a stack that overflows) in a file.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan MaxWaitLength = TimeSpan.FromSeconds(30);
    private readonly SafeFileHandle _trace;
    private readonly FailureFolder _failures;
    private readonly string _target;
    private byte[] _input = [];
    private long _index;
    private long _start = Stopwatch.GetTimestamp();

    public Watchdog(string tracePath, FailureFolder failures, string target)
    {
        _trace = File.OpenHandle(tracePath, FileMode.Create, FileAccess.Write);
        _failures = failures;
        _target = target;
    }

    public void Start(long index, byte[] input)
    {
        Volatile.Write(ref _input, input);
        Volatile.Write(ref _index, index);
        Volatile.Write(ref _start, Stopwatch.GetTimestamp());
        Span<byte> line = stackalloc byte[96];
        System.Text.Unicode.Utf8.TryWrite(line, $"{_target} {index,20}\n", out var length);
        RandomAccess.Write(_trace, line[..length], 0);
    }

    /// <summary>Waits for the thread that runs the target.</summary>
    public void Wait(Thread thread)
    {
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _start)) > MaxWaitLength)
            {
                var failure = new FuzzFailure(
                    _target, Volatile.Read(ref _index), "does not end", Volatile.Read(ref _input));
                Console.Error.WriteLine(_failures.Save(failure));
                Environment.Exit(ExitCodes.Failed);
            }
        }
    }

    public void Dispose() => _trace.Dispose();
}
