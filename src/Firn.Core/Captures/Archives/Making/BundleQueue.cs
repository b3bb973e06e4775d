using Firn.Captures.Archives.Planning;
using Firn.Common;

namespace Firn.Captures.Archives.Making;

/// <summary>
/// Makes bundles on every core, the largest first, so that no thread is left alone with a large one at the end. The first
/// failure stops all.
/// </summary>
internal static class BundleQueue
{
    /// <summary>Makes all of them.</summary>
    /// <param name="queue">What is to be made; it is sorted.</param>
    /// <param name="make">Makes one; is called from several threads.</param>
    /// <param name="cancellation">Stops all.</param>
    public static Dictionary<PlannedBundle, MadeBundle> Run(
        List<QueuedBundle> queue, Func<QueuedBundle, CancellationToken, MadeBundle> make, CancellationToken cancellation)
    {
        queue.Sort(static (left, right) => right.Size.CompareTo(left.Size));
        var results = new MadeBundle?[queue.Count];
        var next = -1;
        WorkerThreads.Run(queue.Count, Environment.ProcessorCount, "firn archive", stop =>
        {
            for (var i = Interlocked.Increment(ref next); i < queue.Count; i = Interlocked.Increment(ref next))
            {
                stop.ThrowIfCancellationRequested();
                results[i] = make(queue[i], stop);
            }
        }, cancellation);
        var made = new Dictionary<PlannedBundle, MadeBundle>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < queue.Count; i++)
        {
            made[queue[i].Bundle] = results[i]!;
        }

        return made;
    }
}
