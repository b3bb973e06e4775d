using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Writes packages on all cores, one package a thread, the largest first. Plain threads start in microseconds.</summary>
internal sealed class UnpackWorkers
{
    private const int MostThreads = 8;
    private readonly ImmutableArray<PackageJob> _jobs;
    private readonly Func<PackageSource> _open;
    private readonly CancellationTokenSource _stop;
    private ExceptionDispatchInfo? _failure;
    private int _next = -1;

    /// <param name="jobs">The packages.</param>
    /// <param name="open">Gives each thread its source of packages.</param>
    /// <param name="cancellation">Stops all threads.</param>
    private UnpackWorkers(ImmutableArray<PackageJob> jobs, Func<PackageSource> open, CancellationToken cancellation)
    {
        _jobs = jobs;
        _open = open;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Writes them all; the first failure stops the others and comes back.</summary>
    public static void Run(ImmutableArray<PackageJob> jobs, Func<PackageSource> open, CancellationToken cancellation)
    {
        var workers = new UnpackWorkers(jobs, open, cancellation);
        using (workers._stop)
        {
            workers.Run();
        }

        cancellation.ThrowIfCancellationRequested();
        workers._failure?.Throw();
    }

    private void Run()
    {
        var threads = new Thread[Math.Max(Math.Min(Math.Min(Environment.ProcessorCount, MostThreads), _jobs.Length) - 1, 0)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(WriteSome) { IsBackground = true, Name = "firn restore" };
            threads[i].Start();
        }

        WriteSome();
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void WriteSome()
    {
        try
        {
            using var source = _open();
            for (var i = Interlocked.Increment(ref _next); i < _jobs.Length; i = Interlocked.Increment(ref _next))
            {
                source.Write(_jobs[i], _stop.Token);
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, the caller's thread gets it; what the others say of being stopped is not the reason.
            if (Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null) is null)
            {
                _stop.Cancel();
            }
        }
    }
}
