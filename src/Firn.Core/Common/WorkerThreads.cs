using System.Runtime.ExceptionServices;

namespace Firn.Common;

/// <summary>Does one work on several threads, mostly on all cores. Plain threads start in microseconds.</summary>
internal sealed class WorkerThreads
{
    private readonly Action<CancellationToken> _work;
    private readonly CancellationTokenSource _stop;
    private ExceptionDispatchInfo? _failure;

    private WorkerThreads(Action<CancellationToken> work, CancellationToken cancellation)
    {
        _work = work;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Runs the work on each thread, this one among them; the first failure stops the others and comes back.</summary>
    /// <param name="items">How many items the threads share: there are never more threads.</param>
    /// <param name="most">The most threads, however many cores there are.</param>
    /// <param name="name">The threads' name, for who looks at the process.</param>
    /// <param name="work">Takes items until none is left.</param>
    /// <param name="cancellation">Stops all threads.</param>
    public static void Run(
        int items, int most, string name, Action<CancellationToken> work, CancellationToken cancellation) =>
        Run(Math.Min(Math.Min(Environment.ProcessorCount, most), items), name, work, cancellation);

    /// <summary>The same on so many threads, which may exceed the cores: for work that waits for the network.</summary>
    /// <param name="count">How many threads.</param>
    /// <param name="name">The threads' name, for who looks at the process.</param>
    /// <param name="work">Takes items until none is left.</param>
    /// <param name="cancellation">Stops all threads.</param>
    public static void Run(int count, string name, Action<CancellationToken> work, CancellationToken cancellation)
    {
        var workers = new WorkerThreads(work, cancellation);
        using (workers._stop)
        {
            workers.Run(count - 1, name);
        }

        cancellation.ThrowIfCancellationRequested();
        workers._failure?.Throw();
    }

    private void Run(int others, string name)
    {
        var threads = new Thread[Math.Max(others, 0)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true, Name = name };
            threads[i].Start();
        }

        Work();
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void Work()
    {
        try
        {
            _work(_stop.Token);
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
