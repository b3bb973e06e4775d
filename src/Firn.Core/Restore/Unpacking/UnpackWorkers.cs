using System.Collections.Immutable;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Writes packages on all cores, one package a thread, the largest first.</summary>
internal static class UnpackWorkers
{
    /// <summary>Writes them all; the first failure stops the others and comes back.</summary>
    /// <param name="jobs">The packages.</param>
    /// <param name="open">Gives each thread its source of packages.</param>
    /// <param name="cancellation">Stops all threads.</param>
    public static void Run(ImmutableArray<PackageJob> jobs, Func<PackageSource> open, CancellationToken cancellation)
    {
        var next = -1;
        WorkerThreads.Run(jobs.Length, RestoreThreads.Most, RestoreThreads.Name, stop =>
        {
            using var source = open();
            for (var i = Interlocked.Increment(ref next); i < jobs.Length; i = Interlocked.Increment(ref next))
            {
                source.Write(jobs[i], stop);
            }
        }, cancellation);
    }
}
