using System.Collections.Immutable;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Where packages come from; each thread has its own.</summary>
internal abstract class PackageSource : IDisposable
{
    /// <summary>Writes a package into the tree.</summary>
    /// <exception cref="Firn.Common.FirnException">Its bundle is missing or damaged, or the tree cannot be written.</exception>
    public abstract void Write(PackageRestore job, CancellationToken cancellation);

    public abstract void Dispose();
}

/// <summary>Writes packages on all cores, one package a thread, the largest first.</summary>
internal static class UnpackWorkers
{
    /// <summary>Writes them all; the first failure stops the others and comes back.</summary>
    /// <param name="jobs">The packages.</param>
    /// <param name="open">Gives each thread its source of packages.</param>
    /// <param name="cancellation">Stops all threads.</param>
    public static void Run(ImmutableArray<PackageRestore> jobs, Func<PackageSource> open, CancellationToken cancellation)
    {
        WorkerThreads.OnCores(jobs.Length, RestoreThreads.MaxCount, RestoreThreads.Name, work =>
        {
            using var source = open();
            while (work.TryTake(out var i))
            {
                source.Write(jobs[i], work.Stop);
            }
        }, cancellation);
    }
}

/// <summary>What the threads of a restore have in common.</summary>
internal static class RestoreThreads
{
    /// <summary>More would only wait for the file system.</summary>
    public const int MaxCount = 8;

    public const string Name = "firn restore";
}
