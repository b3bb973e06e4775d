using System.Runtime.ExceptionServices;

namespace Firn.Common;

/// <summary>Does one work on several threads, mostly on all cores. Plain threads start in microseconds.</summary>
internal sealed class WorkerThreads
{
    private readonly Action<WorkItems> _work;
    private readonly CancellationTokenSource _stop;
    private readonly WorkItems _items;
    private ExceptionDispatchInfo? _failure;

    private WorkerThreads(int items, Action<WorkItems> work, CancellationToken cancellation)
    {
        _work = work;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _items = new WorkItems(items, _stop.Token);
    }

    /// <summary>Runs the work on each core, this thread's among them; the first failure stops the others and comes back.</summary>
    /// <param name="items">How many items the threads share: there are never more threads.</param>
    /// <param name="most">The most threads, however many cores there are.</param>
    /// <param name="name">The threads' name, for who looks at the process.</param>
    /// <param name="work">Takes items until none is left; called once on each thread, for what it needs of its own.</param>
    /// <param name="cancellation">Stops all threads.</param>
    public static void OnCores(
        int items, int most, string name, Action<WorkItems> work, CancellationToken cancellation) =>
        OnThreads(items, Math.Min(Environment.ProcessorCount, most), name, work, cancellation);

    /// <summary>The same on so many threads, which may exceed the cores: for work that waits for the network.</summary>
    public static void OnThreads(
        int items, int most, string name, Action<WorkItems> work, CancellationToken cancellation)
    {
        var workers = new WorkerThreads(items, work, cancellation);
        using (workers._stop)
        {
            workers.Run(Math.Min(most, items) - 1, name);
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
            _work(_items);
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

/// <summary>Numbers from 0, each of which one thread gets.</summary>
/// <param name="count">How many.</param>
/// <param name="stop">Is cancelled when the threads are to end.</param>
internal sealed class WorkItems(int count, CancellationToken stop)
{
    private int _next = -1;

    /// <summary>Is cancelled when the threads are to end.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Takes the next one.</summary>
    /// <returns>False when none is left, or the threads are to end.</returns>
    public bool TryTake(out int item)
    {
        item = stop.IsCancellationRequested ? count : Interlocked.Increment(ref _next);
        return item < count;
    }
}
