using Firn.Archives.Plans;
using Firn.Common;

namespace Firn.Archives.Bundling;

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
    public static Dictionary<PlannedBundle, BundleFacts> Run(
        List<PlannedBundle> queue, Func<PlannedBundle, CancellationToken, BundleFacts> make, CancellationToken cancellation)
    {
        queue.Sort(static (left, right) => right.ReadSize.CompareTo(left.ReadSize));
        var results = new BundleFacts?[queue.Count];
        WorkerThreads.OnCores(queue.Count, Environment.ProcessorCount, "firn archive", work =>
        {
            while (work.TryTake(out var i))
            {
                results[i] = make(queue[i], work.Stop);
            }
        }, cancellation);
        var made = new Dictionary<PlannedBundle, BundleFacts>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < queue.Count; i++)
        {
            made[queue[i]] = results[i]!;
        }

        return made;
    }
}

/// <summary>How far an archive is; any thread may ask and add.</summary>
/// <param name="fileCount">How many files are to be read.</param>
/// <param name="size">How many bytes they have.</param>
internal sealed class ArchiveProgress(int fileCount, long size)
{
    private int _files;
    private long _bytes;
    private long _there;
    private long _stored;

    /// <summary>How many files are to be read.</summary>
    public int FileCount { get; } = fileCount;

    /// <summary>How many bytes they have.</summary>
    public long Size { get; } = size;

    public int Files => Volatile.Read(ref _files);

    /// <summary>Bytes read.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes read that the store had already.</summary>
    public long There => Interlocked.Read(ref _there);

    /// <summary>Bytes that came into the store, compressed.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Adds a bundle that was read.</summary>
    public void Add(int files, long bytes, bool wasThere, long stored)
    {
        Interlocked.Add(ref _files, files);
        Interlocked.Add(ref _bytes, bytes);
        if (wasThere)
        {
            Interlocked.Add(ref _there, bytes);
        }
        else
        {
            Interlocked.Add(ref _stored, stored);
        }
    }
}
