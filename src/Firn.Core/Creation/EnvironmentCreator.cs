using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Conda;
using Firn.Creation.Ingestion;
using Firn.Creation.Planning;
using Firn.Fetching;
using Firn.Python;
using Firn.Python.Requirements;
using Firn.Restore;
using Firn.Restore.Finishing;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Storage;

namespace Firn.Creation;

/// <summary>
/// Makes an environment of exact packages: brings their bundles into the store, restores them to the prefix, and captures
/// and archives what is there, so that from then on it is an environment like any other in the store.
/// </summary>
internal sealed class EnvironmentCreator(
    Store store, Fetcher fetcher, IngestionOptions options, Surroundings surroundings, TimeProvider clock)
{
    private readonly PackageIngester _ingester = new(store, fetcher, options);

    /// <summary>How many packages are in the store by now; another thread may look.</summary>
    public int PackagesDone => _ingester.Done;

    /// <summary>How far writing the prefix is; another thread may look. <see langword="null"/> before it begins.</summary>
    public RestoreCounts? Counts { get; private set; }

    /// <summary>Makes it.</summary>
    /// <exception cref="FirnException">Something is in the way, cannot be had, or is not what it must be; the prefix is as it was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the prefix is as it was.</exception>
    public CreationResult Create(CreationPlan plan, CreationRequest request, CancellationToken cancellation)
    {
        MustBeFree(request);
        var packages = _ingester.Run(plan, cancellation);
        // Explicit files do not say what packages need; the packages themselves do.
        HostRequirements.Check(
            [.. packages.Select(item => ($"{item.Package.Name} {item.Package.Version}", item.Depends))], surroundings);
        CheckPython(plan, packages);
        GiveBackMemory(packages);
        var document = DocumentComposer.Compose(plan, packages, request.Prefix, clock.GetUtcNow());
        var restorePlan = Plan(document, plan, request);
        var restorer = new Restorer(store, restorePlan, surroundings, clock);
        Counts = restorer.Counts;
        CreationResult? result = null;
        restorer.Run(cancellation, restored => result = Finish(plan, request, document, packages, restorePlan, restored));
        return result!;
    }

    /// <summary>
    /// Wheels of folders, URLs and locks come with no page of an index that says which Python they take: their metadata
    /// does (pip: resolution/resolvelib/candidates.py RequiresPythonCandidate). What was captured was installed once.
    /// </summary>
    private static void CheckPython(CreationPlan plan, IReadOnlyList<IngestedPackage> packages)
    {
        var version = Pep440Version.Parse(plan.Python.Version);
        if (plan.IgnoresRequiresPython || plan.Expected is not null || version is null)
        {
            return;
        }

        var unfit = packages
            .Where(item => item.RequiresPython is { } text && VersionSpecifiers.Parse(text) is { } takes && !takes.Contains(version, allowPrereleases: true))
            .Select(item => $"{item.Package.Name} {item.Package.Version} ({item.Origin}) takes Python {item.RequiresPython}").ToList();
        if (unfit.Count > 0)
        {
            throw new FirnException(
                $"{NameList.Of(unfit)}, and this is {plan.Python.Version}",
                plan.Python.Base is null ? "make the lock anew for this Python" : "name another Python with --python, or make the lock anew for this one");
        }
    }

    /// <summary>What unpacking leaves behind would stay until the end, and what comes next needs as much again.</summary>
    private static void GiveBackMemory(IReadOnlyList<IngestedPackage> packages)
    {
        if (packages.Any(package => !package.WasThere))
        {
            GC.Collect();
        }
    }

    private static void MustBeFree(CreationRequest request)
    {
        var obstacles = new List<string>();
        PrefixChecks.AddObstacles(request.Prefix, request.Replaces, obstacles);
        ThrowIfAny(request.Prefix, obstacles);
    }

    private RestorePlan Plan(ArchiveDocument document, CreationPlan plan, CreationRequest request)
    {
        var archive = new LocatedArchive(document, null, null, "a new environment");
        var restorePlan = new RestorePlanner(store, surroundings).Plan(archive, new RestoreRequest
        {
            Prefix = request.Prefix,
            Links = request.Links,
            Replaces = request.Replaces,
            Python = plan.Python.Base?.Executable,
        });
        ThrowIfAny(request.Prefix, restorePlan.Obstacles);
        return restorePlan;
    }

    private static void ThrowIfAny(string prefix, IReadOnlyCollection<string> obstacles)
    {
        if (obstacles.Count > 0)
        {
            throw new FirnException(
                $"cannot create {prefix}: {string.Join("; ", obstacles)}", "nothing was written there; mend that, or name another folder");
        }
    }

    private CreationResult Finish(
        CreationPlan plan,
        CreationRequest request,
        ArchiveDocument document,
        IReadOnlyList<IngestedPackage> packages,
        RestorePlan restorePlan,
        RestoreResult restored)
    {
        if (!plan.Variables.IsEmpty)
        {
            CondaSettingsFiles.WriteVariables(request.Prefix, plan.Variables);
            document = document with { LeftOut = [new LeftOutFile(Path.Join(request.Prefix, "conda-meta", "state"), SecretFiles.Reason)] };
        }

        request.Finish?.Invoke(new CreatedPrefix(restorePlan, packages));
        var capture = new EnvironmentInspector(surroundings, clock)
            .Inspect(new InspectionRequest { Environment = request.Prefix }).Capture;
        CreatedEnvironmentCheck.Check(plan, capture, request.FinishAddsFiles);
        var archive = Archive(document, capture, request.FinishAddsFiles);
        RestoreNoteCompletion.Write(request.Prefix, archive.Digest, archive.Capture, capture.EnvironmentId);
        _ingester.Release();
        return new CreationResult
        {
            Plan = restorePlan,
            Restored = restored,
            Capture = capture,
            Archive = archive,
            Packages = packages,
            Problems = [.. plan.Notes, .. DocumentComposer.Conflicts(packages), .. restored.Problems, .. packages.SelectMany(package => package.Problems)],
        };
    }

    private ArchiveOutcome Archive(ArchiveDocument document, Capture capture, bool addsFiles)
    {
        // From here on nothing stops it: what is at the prefix is whole, and the store shall know it.
        var archiver = new EnvironmentArchiver(surroundings, new ArchiveOptions(), clock);
        if (!addsFiles)
        {
            return new ArchiveRecorder(clock).Record(
                document with { EnvironmentId = capture.EnvironmentId },
                capture,
                store,
                new ArchiveProgress(0, 0),
                () => archiver.KeepBundles(capture, store),
                CancellationToken.None);
        }

        var prepared = archiver.Prepare(capture, store, CancellationToken.None);
        return archiver.Archive(
            prepared, store, new ArchiveProgress(prepared.FileCount, prepared.Size), CancellationToken.None);
    }
}
