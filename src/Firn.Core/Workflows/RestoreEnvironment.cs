using System.Collections.Immutable;
using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Archives.Verification;
using Firn.Captures;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Projects;
using Firn.Restore;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Workflows;

/// <summary>What to restore, and where.</summary>
public sealed record RestoreEnvironmentRequest
{
    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment id or the start of its digits, or a run
    /// <c>SUBJECT/NAME[@N]</c>.
    /// </summary>
    public required string Capture { get; init; }

    /// <summary>
    /// The new prefix, a folder that is empty or does not exist; <see langword="null"/> for the read-only prefix that all
    /// analyses share, one for each environment id.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>The folder of the project whose store is meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }

    /// <summary>Whether files are hard links into a cache of unpacked bundles, in place of copies.</summary>
    public bool Links { get; init; }

    /// <summary>Whether bytecode that is not in the archive is made, by the restored Python.</summary>
    public bool Compiles { get; init; }

    /// <summary>Whether every byte is read that would else be taken as an earlier restore has proven it.</summary>
    public bool ReadsData { get; init; }

    /// <summary>The Python under a virtual environment, in place of the archived one: an executable.</summary>
    public string? Python { get; init; }
}

/// <summary>What came of a restore.</summary>
public sealed record RestoreEnvironmentResult
{
    /// <summary>The environment.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>Where it is, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether the shared prefix was there already, and proven to be the archived environment.</summary>
    public bool WasThere { get; init; }

    /// <summary>Whether it is as it was captured; <see langword="null"/> where the archive has no capture to compare with.</summary>
    public bool? IsEqual { get; init; }

    /// <summary>Whether all that the environment had is there: an archive may lack files, and restores may leave links out.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What its user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>How messages name the archive that it came from; <see langword="null"/> where it was there.</summary>
    public string? Archive => Plan?.Archive.Description;

    /// <summary>The Python under a virtual environment; <see langword="null"/> where it is none, and where it was there.</summary>
    public BasePython? BasePython => Plan?.Base;

    /// <summary>The version of its Python; <see langword="null"/> where it has none, and where it was there.</summary>
    public string? PythonVersion =>
        Plan?.Base?.Version ?? (Plan?.Archive.Document.Environment.PythonVersion is { Length: > 0 } version ? version : null);

    /// <summary>How many conda packages and Python distributions were restored.</summary>
    public int PackageCount => Plan?.Jobs.Count(
        static job => job.Package.Kind is ArchivedPackageKind.Conda or ArchivedPackageKind.Distribution) ?? 0;

    /// <summary>What was written; <see langword="null"/> where it was there.</summary>
    public RestoredFiles? Files => Restored is { } restored ? RestoredFiles.Of(restored.Counts) : null;

    /// <summary>Writes it as a document, <c>firn.restored/1</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="word">The caller's words for properties of requests; <see langword="null"/> for the properties' names.</param>
    public void WriteJson(Stream stream, Func<RequestSetting, string>? word = null) => stream.Write(RestoredDocument.Write(this, word));

    /// <summary>What was planned; <see langword="null"/> where it was there.</summary>
    internal RestorePlan? Plan { get; init; }

    /// <summary>What was written; <see langword="null"/> where it was there.</summary>
    internal RestoreResult? Restored { get; init; }

    /// <summary>How it compares with its capture; <see langword="null"/> where nothing was written, or there is no capture.</summary>
    public VerificationResult? Verification { get; init; }
}

/// <summary>
/// Brings an archived environment back, without an index and without a network: finds the archive, plans, writes beside the
/// prefix, renames when it is whole, and compares with the capture.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RestoreEnvironment(SystemContext systemContext)
{
    /// <summary>The prefix, when it is in its place.</summary>
    private string? _placed;

    /// <summary>Restores.</summary>
    /// <param name="request">What and where.</param>
    /// <param name="observer">Is told how far it is, and what is in the way.</param>
    /// <param name="cancellation">Ends it; before the prefix is in its place nothing is left there.</param>
    /// <exception cref="FirnException">
    /// It is not archived or cannot be restored; with <see cref="FailureKind.Cancelled"/>, it was cancelled.
    /// </exception>
    public RestoreEnvironmentResult Run(
        RestoreEnvironmentRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("environments cannot be restored on Windows", "restore on Linux or macOS");
        }

        if (request.Prefix is null && request.Compiles)
        {
            throw new ArgumentException("the shared prefix is not written to: bytecode can be made at a prefix of one's own", nameof(request));
        }

        try
        {
            var store = OpenStore(request);
            var archive = Locate(store, request);
            return request.Prefix is { } prefix
                ? Restore(Plan(store, archive, request, FullPath(prefix)), store, request, [], observer, cancellation)
                : RestoreShared(store, archive, request, observer, cancellation);
        }
        catch (OperationCanceledException exception)
        {
            throw _placed is null
                ? new FirnException("cancelled: nothing was put at the prefix", "run the command again", FailureKind.Cancelled, exception)
                : new FirnException(
                    $"cancelled: {_placed} was not compared to its end", "run the command again", FailureKind.Cancelled, exception);
        }
    }

    /// <summary>What is not as archived in a shared prefix that was proven before something ran in it; empty where all is.</summary>
    /// <param name="request">The capture, and the store.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="cancellation">Ends the look.</param>
    internal IReadOnlyList<Problem> ChangesOf(RestoreEnvironmentRequest request, string prefix, CancellationToken cancellation)
    {
        var store = OpenStore(request);
        var archive = Locate(store, request);
        var contents = PrefixProof.ContentsOf(archive.Document);
        var changes = new List<Problem>();
        if (!SharedPrefixes.IsProven(prefix, contents, cancellation))
        {
            // Bytecode that the run has written is not a change; anything else is.
            new PrefixProver(store, archive, systemContext).Prove(prefix, contents, changes, cancellation);
        }

        return changes;
    }

    private Store OpenStore(RestoreEnvironmentRequest request) =>
        Store.Open(ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext));

    private LocatedArchive Locate(Store store, RestoreEnvironmentRequest request) =>
        new ArchiveLocator(store.InProject(ProjectIdentity.Find(null, systemContext)), systemContext).Locate(request.Capture);

    private RestoreEnvironmentResult RestoreShared(
        Store store, LocatedArchive archive, RestoreEnvironmentRequest request, IWorkObserver? observer, CancellationToken cancellation)
    {
        var prefixes = new SharedPrefixes(systemContext);
        var contents = PrefixProof.ContentsOf(archive.Document);
        while (true)
        {
            var prefix = prefixes.PathOf(archive.Document.EnvironmentId, contents);
            if (!request.ReadsData && SharedPrefixes.IsProven(prefix, contents, cancellation))
            {
                return There(archive, prefix);
            }

            using var right = SharedPrefixes.Lock(prefix, cancellation);
            // Whoever had the right before may have made it, or another archive's in its place.
            if (prefixes.PathOf(archive.Document.EnvironmentId, contents) != prefix)
            {
                continue;
            }

            return !request.ReadsData && SharedPrefixes.IsProven(prefix, contents, cancellation)
                ? There(archive, prefix)
                : MakeShared(store, archive, request, prefix, contents, observer, cancellation);
        }
    }

    /// <summary>
    /// Proves the prefix that is there by its bytes, or makes it. One that differs is replaced in one step, so that what runs
    /// in it finds every file at every time.
    /// </summary>
    private RestoreEnvironmentResult MakeShared(
        Store store,
        LocatedArchive archive,
        RestoreEnvironmentRequest request,
        string prefix,
        Sha256Digest contents,
        IWorkObserver? observer,
        CancellationToken cancellation)
    {
        var notes = new List<Problem>();
        if (Directory.Exists(prefix))
        {
            _placed = prefix;
            if (new PrefixProver(store, archive, systemContext).Prove(prefix, contents, notes, cancellation))
            {
                return There(archive, prefix);
            }

            _placed = null;
            notes.Add(new Problem("prefix-changed", prefix, "the shared prefix is made again"));
        }

        var plan = Plan(store, archive, request, prefix, replaces: notes.Count > 0);
        var result = Restore(plan, store, request, notes, observer, cancellation);
        if (result.IsEqual != false)
        {
            new PrefixProof(contents, PrefixProof.StateOf(prefix, cancellation)).Write(prefix);
        }

        return result;
    }

    private static RestoreEnvironmentResult There(LocatedArchive archive, string prefix) => new()
    {
        EnvironmentId = archive.Document.EnvironmentId,
        Prefix = prefix,
        WasThere = true,
        IsEqual = true,
        IsWhole = !archive.Document.LeftOut.Any(static file => file.IsMissed),
    };

    private RestorePlan Plan(
        Store store, LocatedArchive archive, RestoreEnvironmentRequest request, string prefix, bool replaces = false) =>
        new RestorePlanner(store, systemContext).Plan(archive, new RestoreRequest
        {
            Prefix = prefix,
            Links = request.Links,
            ReadsCache = request.ReadsData,
            Python = request.Python,
            IsReadOnly = request.Prefix is null,
            Replaces = replaces,
        });

    private RestoreEnvironmentResult Restore(
        RestorePlan plan,
        Store store,
        RestoreEnvironmentRequest request,
        IReadOnlyList<Problem> notes,
        IWorkObserver? observer,
        CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        if (!plan.Obstacles.IsEmpty)
        {
            observer?.Met(notes);
            observer?.Tell(new WorkNotice.Obstacles(plan.Archive.Document.EnvironmentId, prefix, plan.Obstacles));
            throw new FirnException(
                $"cannot restore to {prefix}: {CountText.Of(plan.Obstacles.Length, "obstacle")}",
                "nothing was written; fix the problems above and restore again");
        }

        var result = Write(new Restorer(store, plan, systemContext, TimeProvider.System), plan, observer, cancellation);
        _placed = prefix;
        var problems = result.Problems.InsertRange(0, notes);
        if (request.Compiles && BytecodeCompiler.Compile(plan, cancellation) is { } problem)
        {
            problems = problems.Add(problem);
        }

        // A shared one counts as made only where it is equal.
        var verification = plan.Capture is { } capture
            ? new EnvironmentVerifier(capture, plan.Archive.Document, store.Bundles, systemContext)
                .Verify(new InspectionRequest { Environment = result.Prefix }, request.ReadsData, cancellation)
            : null;
        return new RestoreEnvironmentResult
        {
            EnvironmentId = plan.Archive.Document.EnvironmentId,
            Prefix = result.Prefix,
            IsEqual = verification?.AreEqual,
            IsWhole = !result.Problems.Any(RestoreResult.LeavesOut),
            Problems = problems,
            Plan = plan,
            Restored = result,
            Verification = verification,
        };
    }

    private static RestoreResult Write(Restorer restorer, RestorePlan plan, IWorkObserver? observer, CancellationToken cancellation)
    {
        // How much bytecode there is, its bundles say, which are read only then.
        var total = plan.Jobs.Any(static job => job.Package.HasBytecode) ? default : new WorkCounts(plan.FileCount, plan.Size);
        using var step = observer?.Begin(
            WorkStep.Restoring,
            total,
            () => new WorkCounts(restorer.Counts.Files, restorer.Counts.Bytes));
        return restorer.Run(cancellation);
    }

    private string FullPath(string prefix) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, systemContext.CurrentDirectory));
}

/// <summary>How the files of a prefix came there.</summary>
/// <param name="Linked">Files that are hard links into the cache of unpacked bundles.</param>
/// <param name="Cloned">Files that share blocks with those of the cache until either is changed.</param>
/// <param name="Copied">Files of their own.</param>
/// <param name="Bytes">Bytes of all of them.</param>
public sealed record RestoredFiles(long Linked, long Cloned, long Copied, long Bytes)
{
    /// <summary>Files, however they came.</summary>
    public long Count => Linked + Cloned + Copied;

    internal static RestoredFiles Of(RestoreCounts counts) => new(counts.Linked, counts.Cloned, counts.Copied, counts.Bytes);
}
