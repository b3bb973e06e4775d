using System.Runtime.ExceptionServices;

namespace Firn.Creation.Ingestion;

/// <summary>Does one work on a number of threads that may exceed the cores, since they wait for the network.</summary>
internal static class IngestionThreads
{
    /// <summary>Runs the work on each thread; the first failure stops the others and comes back.</summary>
    public static void Run(int count, Action<CancellationToken> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ExceptionDispatchInfo? failure = null;
        var threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true, Name = "firn create" };
            threads[i].Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        cancellation.ThrowIfCancellationRequested();
        failure?.Throw();

        void Work()
        {
            try
            {
                work(stop.Token);
            }
            catch (Exception exception)
            {
                // Whatever it is, the caller's thread gets it; what the others say of being stopped is not the reason.
                if (Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null) is null)
                {
                    stop.Cancel();
                }
            }
        }
    }
}
