using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Fetching;
using Firn.Storage;
using Firn.Storage.Layout;

namespace Firn.Creation.Packages;

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
    private int _done;

    /// <summary>How many packages are in the store by now; another thread may look.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Brings all of them in.</summary>
    /// <exception cref="FirnException">A package cannot be had or is not what it must be; those before it stay in the store.</exception>
    public IReadOnlyList<IngestedPackage> Run(CreationPlan plan, CancellationToken cancellation)
    {
        using var limit = new UnpackingLimit(options.Unpacking);
        var work = new List<Job>();
        var context = new IngestionContext(store, _sources, _leases, fetcher, plan.Python, limit, options.IsOffline);
        var wheels = new WheelIngester(context);
        var conda = new CondaIngester(context);
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
        WorkerThreads.OnThreads(work.Count, options.Parallel, "firn create", items =>
        {
            while (items.TryTake(out var next))
            {
                results[next] = work[next].Make(items.Stop);
                Interlocked.Increment(ref _done);
            }
        }, cancellation);
        return results;
    }

    /// <summary>All that is missing at once: what is fetched for one environment is fetched in one go.</summary>
    private static void MustHave(List<string> missing)
    {
        if (missing.Count > 0)
        {
            throw new FirnException(
                $"the store does not have {ShortList.Of(missing, ", ")}", $"create it once without {RequestSetting.IsOffline}");
        }
    }

    /// <summary>Gives back the leases of what is another user's, when a record names it.</summary>
    public void Release() => _leases.Release();

    private sealed record Job(long Size, Func<CancellationToken, IngestedPackage> Make);
}

/// <summary>How packages are brought into a store.</summary>
internal sealed record IngestionOptions
{
    /// <summary>How many packages are worked on at once: downloads wait for the network, not for a core.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>
    /// How many of them are unpacked at once: more than cores, since each waits for the disk too, and not as many as
    /// would need more than 300 MB.
    /// </summary>
    public int Unpacking { get; init; } = Math.Clamp(Environment.ProcessorCount, 4, 6);

    /// <summary>Whether nothing may be downloaded.</summary>
    public bool IsOffline { get; init; }
}

/// <summary>A package whose bundle is in the store.</summary>
/// <param name="Package">What an archive document says of it.</param>
/// <param name="Texts">The scripts of a conda package's entry points.</param>
/// <param name="WasThere">Whether the store had it before, so that nothing was downloaded.</param>
internal sealed record IngestedPackage(ArchivedPackage Package, ImmutableArray<ArchivedText> Texts, bool WasThere)
{
    /// <summary>Scripts that the package wants run when it is linked.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];

    /// <summary>What a conda package depends on, where its lock did not say it.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    /// <summary>The versions of Python that a wheel takes, as its metadata says.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Which file asked for it, where it is a wheel.</summary>
    public string? Origin { get; init; }

    /// <summary>What is wrong with it and stops nothing.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>
/// Lets so many packages be unpacked at a time and no more: each holds some tens of megabytes meanwhile, where a download
/// holds next to nothing.
/// </summary>
internal sealed class UnpackingLimit(int most) : IDisposable
{
    private readonly SemaphoreSlim _places = new(most);

    /// <summary>Does the work as soon as there is a place.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public T Run<T>(Func<T> unpack, CancellationToken cancellation)
    {
        _places.Wait(cancellation);
        try
        {
            return unpack();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}

/// <summary>Tells files of this machine from those of a network.</summary>
internal static class RemoteUrl
{
    public static bool IsRemote(string url) =>
        url.Contains("://", StringComparison.Ordinal) && !url.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
}
