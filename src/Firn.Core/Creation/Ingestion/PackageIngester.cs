using Firn.Common;
using Firn.Creation.Planning;
using Firn.Creation.Sources;
using Firn.Fetching;
using Firn.Storage;

namespace Firn.Creation.Ingestion;

/// <summary>
/// Brings the packages of a plan into the store: several are downloaded, verified and made into bundles at once, the largest
/// first, and those that the store has are not downloaded again.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="fetcher">Downloads.</param>
/// <param name="options">How.</param>
internal sealed class PackageIngester(Store store, Fetcher fetcher, IngestionOptions options)
{
    private readonly SourceIndex _sources = new(store);
    private readonly StoreLeases _leases = new(store.Path);
    private int _next = -1;
    private int _done;

    /// <summary>How many packages are in the store by now; another thread may look.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Brings all of them in.</summary>
    /// <exception cref="FirnException">A package cannot be had or is not what it must be; those before it stay in the store.</exception>
    public IReadOnlyList<IngestedPackage> Run(CreationPlan plan, CancellationToken cancellation)
    {
        using var gate = new UnpackingGate(options.Unpacking);
        var work = new List<Job>();
        var wheels = new WheelIngester(store, _sources, _leases, fetcher, plan.Python, gate, options);
        var conda = new CondaIngester(store, _sources, _leases, fetcher, plan.Python, gate, options);
        if (options.IsOffline)
        {
            MustHave([
                .. plan.Conda.Where(conda.IsMissing).Select(planned => $"{planned.Package.FileName} ({planned.Package.Origin})"),
                .. plan.Wheels.Where(wheels.IsMissing).Select(wheel => $"{wheel.FileName} ({wheel.Origin})"),
            ]);
        }

        foreach (var wheel in plan.Wheels)
        {
            work.Add(new Job(wheel.Request.Size ?? 0, token => wheels.Ingest(wheel, token)));
        }

        foreach (var package in plan.Conda)
        {
            work.Add(new Job(package.Request.Size ?? 0, token => conda.Ingest(package, token)));
        }

        work.Sort(static (left, right) => right.Size.CompareTo(left.Size));
        var results = new IngestedPackage[work.Count];
        WorkerThreads.Run(
            Math.Min(work.Count, options.Parallel),
            "firn create",
            stop =>
            {
                while (!stop.IsCancellationRequested && Interlocked.Increment(ref _next) is var next && next < work.Count)
                {
                    results[next] = work[next].Make(stop);
                    Interlocked.Increment(ref _done);
                }
            },
            cancellation);
        return results;
    }

    /// <summary>All that is missing at once: what is fetched for one environment is fetched in one go.</summary>
    private static void MustHave(List<string> missing)
    {
        if (missing.Count > 0)
        {
            throw new FirnException(
                $"the store does not have {NameList.Of(missing, ", ")}", "create it once without --offline");
        }
    }

    /// <summary>Gives back the leases of what is another user's, when a record names it.</summary>
    public void Release() => _leases.Release();

    private sealed record Job(long Size, Func<CancellationToken, IngestedPackage> Make);
}
