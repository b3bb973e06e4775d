using System.Collections.Immutable;
using Firn.Archives;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Secrets;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda.Prefixes;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Fetching;
using Firn.Python.Versions;
using Firn.Restore;
using Firn.Restore.Finishing;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Creation;

/// <summary>
/// Makes an environment of exact packages: brings their bundles into the store, restores them to the prefix, and captures
/// and archives what is there, so that from then on it is an environment like any other in the store.
/// </summary>
internal sealed class EnvironmentCreator(
    Store store, Fetcher fetcher, IngestionOptions options, SystemContext systemContext, TimeProvider clock)
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
            [.. packages.Select(item => ($"{item.Package.Name} {item.Package.Version}", item.Depends))], systemContext);
        CheckPython(plan, packages);
        GiveBackMemory(packages);
        var document = DocumentComposer.Compose(plan, packages, request.Prefix, clock.GetUtcNow());
        var restorePlan = Plan(document, plan, request);
        var restorer = new Restorer(store, restorePlan, systemContext, clock);
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
                $"{ShortList.Of(unfit)}, and this is {plan.Python.Version}",
                plan.Python.Base is null ? "make the lock anew for this Python" : (MessageText)$"name another Python with {RequestSetting.Python}, or make the lock anew for this one");
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
        var obstacles = new List<MessageText>();
        PrefixChecks.AddObstacles(request.Prefix, request.Replaces, obstacles);
        ThrowIfAny(request.Prefix, obstacles);
    }

    private RestorePlan Plan(ArchiveDocument document, CreationPlan plan, CreationRequest request)
    {
        var archive = new LocatedArchive(document, null, null, "a new environment");
        var restorePlan = new RestorePlanner(store, systemContext).Plan(archive, new RestoreRequest
        {
            Prefix = request.Prefix,
            Links = request.Links,
            Replaces = request.Replaces,
            Python = plan.Python.Base?.Executable,
        });
        ThrowIfAny(request.Prefix, restorePlan.Obstacles);
        return restorePlan;
    }

    private static void ThrowIfAny(string prefix, IReadOnlyCollection<MessageText> obstacles)
    {
        if (obstacles.Count > 0)
        {
            throw new FirnException(
                $"cannot create {prefix}: {MessageText.Join("; ", obstacles)}", "nothing was written there; mend that, or name another folder");
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
            CondaStateFiles.WriteVariables(request.Prefix, plan.Variables);
            document = document with { LeftOut = [new SkippedFile(Path.Join(request.Prefix, "conda-meta", "state"), SecretFiles.Reason)] };
        }

        request.Finish?.Invoke(new CreatedPrefix(restorePlan, packages));
        var capture = new EnvironmentInspector(systemContext, clock)
            .Inspect(new InspectionRequest { Environment = request.Prefix }).Capture;
        CreatedEnvironmentCheck.Check(plan, capture, request.FinishAddsFiles);
        var archive = Archive(document, capture, request.FinishAddsFiles);
        RestoreNoteWriter.Complete(request.Prefix, archive.Digest, archive.Capture, capture.EnvironmentId);
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
        var archiver = new EnvironmentArchiver(systemContext, new ArchiveOptions(), clock);
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

/// <summary>Where and how an environment is made.</summary>
internal sealed record CreationRequest
{
    /// <summary>Where to, absolute, without a slash at its end.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether files are hard links into the cache of unpacked bundles.</summary>
    public bool Links { get; init; }

    /// <summary>Whether an environment that is at the prefix is replaced in one step.</summary>
    public bool Replaces { get; init; }

    /// <summary>
    /// What else is to be done at the prefix before it is captured: bytecode, link scripts, editable installs. Where it
    /// fails, the prefix is again as it was.
    /// </summary>
    public Action<CreatedPrefix>? Finish { get; init; }

    /// <summary>Whether <see cref="Finish"/> adds files that the archive must hold too.</summary>
    public bool FinishAddsFiles { get; init; }
}

/// <summary>A prefix that is written and not yet captured.</summary>
/// <param name="Plan">What was written.</param>
/// <param name="Packages">Its packages.</param>
internal sealed record CreatedPrefix(RestorePlan Plan, IReadOnlyList<IngestedPackage> Packages);

/// <summary>An environment that was made.</summary>
internal sealed record CreationResult
{
    public required RestorePlan Plan { get; init; }

    public required RestoreResult Restored { get; init; }

    /// <summary>What it is, as it lies on disk.</summary>
    public required Capture Capture { get; init; }

    /// <summary>Its archive in the store.</summary>
    public required ArchiveOutcome Archive { get; init; }

    public required IReadOnlyList<IngestedPackage> Packages { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>How many packages the store had before.</summary>
    public int WereThere => Packages.Count(package => package.WasThere);
}
