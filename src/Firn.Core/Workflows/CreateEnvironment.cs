using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Native;
using Firn.Creation;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Creation.Solvers;
using Firn.Fetching;
using Firn.Projects;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Indexes;
using Firn.Restore;
using Firn.Storage;

namespace Firn.Workflows;

/// <summary>What to make an environment from, and where.</summary>
public sealed record CreateEnvironmentRequest
{
    /// <summary>
    /// Locks and specs: explicit files, conda-lock.yml, environment.yml, requirements.txt, pylock.toml, or a capture; conda
    /// packages come first, then Python's.
    /// </summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The new prefix, a folder that is empty or does not exist; <see langword="null"/> where <see cref="CondaName"/> says so.</summary>
    public string? Prefix { get; init; }

    /// <summary>In place of the prefix, the name of a new conda environment.</summary>
    public string? CondaName { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>The folder of the project whose store is meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }

    /// <summary>The Python under a virtual environment: a version such as <c>3.11</c>, or an executable.</summary>
    public string? Python { get; init; }

    /// <summary>Where Python packages come from, beside what the files and pip's configuration say.</summary>
    public PackageIndexes Indexes { get; init; } = new();

    /// <summary>Categories of a conda-lock file, beside <c>main</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Extras of a <c>pylock.toml</c>.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>Dependency groups of a <c>pylock.toml</c>, in place of its default ones.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether the store and local files alone are used.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether files are hard links into a cache of unpacked bundles, in place of copies.</summary>
    public bool Links { get; init; }

    /// <summary>Whether the bytecode of all modules is made at once.</summary>
    public bool Compiles { get; init; }

    /// <summary>Whether an environment that is at the prefix is replaced, in one step, when the new one is whole.</summary>
    public bool Updates { get; init; }

    /// <summary>Whether a virtual environment gets no pip that its files do not name.</summary>
    public bool WithoutPip { get; init; }

    /// <summary>What is done with link scripts of conda packages.</summary>
    public LinkScriptsChoice LinkScripts { get; init; }

    /// <summary>Whether nothing is written: only the plan is made.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>Where Python packages come from.</summary>
/// <param name="IndexUrl">The index, or a folder.</param>
/// <param name="ExtraIndexUrls">Further indexes.</param>
/// <param name="FindLinks">Folders and pages with links.</param>
/// <param name="HasNoIndex">Whether no index is asked.</param>
public sealed record PackageIndexes(
    string? IndexUrl = null, IReadOnlyList<string>? ExtraIndexUrls = null, IReadOnlyList<string>? FindLinks = null, bool HasNoIndex = false)
{
    /// <summary>The same for pip's rules, folders absolute.</summary>
    internal IndexOptions ToOptions(SystemContext systemContext)
    {
        return new IndexOptions
        {
            IndexUrl = IndexUrl is null ? null : Absolute(IndexUrl),
            ExtraIndexUrls = [.. (ExtraIndexUrls ?? []).Select(Absolute)],
            FindLinks = [.. (FindLinks ?? []).Select(Absolute)],
            NoIndex = HasNoIndex,
        };

        string Absolute(string place) => place.Contains("://", StringComparison.Ordinal) || place.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? place
            : Path.GetFullPath(place, systemContext.CurrentDirectory);
    }
}

/// <summary>What is done with the link scripts of conda packages.</summary>
public enum LinkScriptsChoice
{
    /// <summary>They are not run, and the result says that the environment is only partly done.</summary>
    Report,

    /// <summary>They are not run, which is what the user wants.</summary>
    Skip,

    /// <summary>They are run in the new prefix.</summary>
    Run,
}

/// <summary>What came of making an environment.</summary>
public sealed record CreateEnvironmentResult
{
    internal CreateEnvironmentResult(PlanningResult draft) => Draft = draft;

    /// <summary>Where it is, or would be, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>The new environment; <see langword="null"/> in a dry run.</summary>
    public Capture? Capture => Created?.Capture;

    /// <summary>Whether nothing is missing: scripts that were not run, dependencies, links.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>What its user should know.</summary>
    public ImmutableArray<Problem> Problems => Created?.Problems ?? Draft.Plan.Notes;

    /// <summary>The version of its Python, as far as it is known: <c>3.11.7</c>.</summary>
    public string PythonVersion => Draft.Plan.Python.Base?.Version ?? Draft.Plan.Python.Version;

    /// <summary>The Python of this machine under a virtual environment; <see langword="null"/> where conda brings one.</summary>
    public string? PythonExecutable => Draft.Plan.Python.Base?.Executable;

    /// <summary>Its conda packages, by name.</summary>
    public ImmutableArray<ChosenPackage> CondaPackages => [.. Draft.Plan.Conda.Select(static item => item.Package)
        .OrderBy(static package => package.Name, StringComparer.Ordinal)
        .Select(static package => new ChosenPackage(package.Name, package.Version, package.SafeUrl) { Build = package.Build })];

    /// <summary>Its wheels, by name.</summary>
    public ImmutableArray<ChosenPackage> Wheels => [.. Draft.Plan.Wheels.OrderBy(static wheel => wheel.Name, StringComparer.Ordinal)
        .Select(static wheel => new ChosenPackage(wheel.Name, wheel.Version, Credentials.Remove(wheel.Request.Url)) { FileName = wheel.FileName })];

    /// <summary>The distributions that are still to be built from source, by name; of a dry run alone.</summary>
    public ImmutableArray<string> ToBuild =>
        [.. Draft.Built.Where(name => !Draft.Plan.Wheels.Any(wheel => wheel.Name == CanonicalName.Of(name)))];

    /// <summary>The projects that stay in their folders.</summary>
    public ImmutableArray<string> Editables => [.. Draft.Editables.Select(static editable => editable.Distribution.DisplayName)];

    /// <summary>How many of the packages the store had before.</summary>
    public int PackagesAlreadyThere => Created?.WereThere ?? 0;

    /// <summary>What was written; <see langword="null"/> in a dry run.</summary>
    public RestoredFiles? Files => Created is { } created ? RestoredFiles.Of(created.Restored.Counts) : null;

    /// <summary>The number of its archive among those of its environment, from 1; <see langword="null"/> in a dry run.</summary>
    public int? ArchiveNumber => Created?.Archive.Number;

    /// <summary>Whether the archive has its Python, too: that of the machine below a virtual environment may not be in it.</summary>
    public bool IsPythonArchived => Created is { } created && (Draft.Plan.Python.Base is null || created.Archive.Document.Base is not null);

    /// <summary>Writes it as a document, <c>firn.created/1</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="word">The caller's words for properties of requests; <see langword="null"/> for the properties' names.</param>
    public void WriteJson(Stream stream, Func<RequestSetting, string>? word = null) => stream.Write(CreatedDocument.Write(this, word));

    /// <summary>The exact packages, and who chose them.</summary>
    internal PlanningResult Draft { get; }

    /// <summary>What was made.</summary>
    internal CreationResult? Created { get; init; }
}

/// <summary>A package that an environment gets.</summary>
/// <param name="Name">Its name; of a wheel the canonical one.</param>
/// <param name="Version">Its version.</param>
/// <param name="Url">Where it comes from, without credentials.</param>
public sealed record ChosenPackage(string Name, string Version, string Url)
{
    /// <summary>The build of a conda package; <see langword="null"/> of a wheel.</summary>
    public string? Build { get; init; }

    /// <summary>The file name of a wheel; <see langword="null"/> of a conda package.</summary>
    public string? FileName { get; init; }
}

/// <summary>
/// Makes an environment from locks and specs: without conda, pip or a solver where everything is pinned, else by the solver
/// of this machine. It is made beside the prefix, renamed when it is whole, captured and archived.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class CreateEnvironment(SystemContext systemContext)
{
    /// <summary>Makes it, or plans it.</summary>
    /// <param name="request">What and where.</param>
    /// <param name="observer">Is told how far it is, and which solvers chose.</param>
    /// <param name="cancellation">Ends it; nothing is left at the prefix then.</param>
    /// <exception cref="FirnException">It cannot be made; with <see cref="FailureKind.Cancelled"/>, it was cancelled.</exception>
    public CreateEnvironmentResult Run(
        CreateEnvironmentRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        Check(request);
        NativeHeap.GiveBackLargeBlocks();
        try
        {
            return Create(request, observer, cancellation);
        }
        catch (OperationCanceledException exception)
        {
            throw new FirnException(
                "cancelled: nothing is left at the prefix", "run the command again; what was downloaded is not downloaded again",
                FailureKind.Cancelled, exception);
        }
    }

    private CreateEnvironmentResult Create(CreateEnvironmentRequest request, IWorkObserver? observer, CancellationToken cancellation)
    {
        var folder = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext);
        var specification = new SpecificationReader(systemContext, new SpecificationOptions { Categories = request.Categories, Store = folder })
            .Read(request.Files);
        var prefix = PrefixOf(request, specification);
        var store = request.IsDryRun
            ? Directory.Exists(folder) ? Store.Open(folder) : null
            : TrustedStores.OpenOrCreate(folder, systemContext, TimeProvider.System);
        using var fetcher = new Fetcher(new FetchOptions { IsOffline = request.IsOffline }, systemContext);
        using var solvers = new MachineSolvers(systemContext);
        var draft = new CreationPlanner(systemContext, fetcher, store, solvers, OptionsOf(request))
            .Plan(specification, cancellation);
        if (request.IsDryRun)
        {
            return new CreateEnvironmentResult(draft) { Prefix = prefix };
        }

        var finisher = new CreationFinisher(request, draft, cancellation);
        finisher.MustBeAble();
        observer?.Tell(WorkNotice.Solved.Of(draft));
        var options = new IngestionOptions { IsOffline = request.IsOffline };
        var creator = new EnvironmentCreator(store!, fetcher, options, systemContext, TimeProvider.System);
        var created = Create(creator, fetcher, draft.Plan, new CreationRequest
        {
            Prefix = prefix,
            Links = request.Links,
            Replaces = request.Updates,
            Finish = finisher.Finish,
            FinishAddsFiles = finisher.AddsFiles,
        }, observer, cancellation);
        created = created with
        {
            Problems = [.. created.Problems, .. finisher.Problems, .. MissingDependencies.Find(created.Capture, systemContext)],
        };
        return new CreateEnvironmentResult(draft)
        {
            Prefix = prefix,
            Created = created,
            IsWhole = !finisher.HasSkippedScripts
                && !created.Problems.Any(static problem => problem.Code == MissingDependencies.Code || RestoreResult.LeavesOut(problem)),
        };
    }

    private static CreationResult Create(
        EnvironmentCreator creator,
        Fetcher fetcher,
        CreationPlan plan,
        CreationRequest request,
        IWorkObserver? observer,
        CancellationToken cancellation)
    {
        using var step = observer?.Begin(
            WorkStep.Creating,
            new WorkCounts(plan.Count, 0),
            () => new WorkCounts(creator.PackagesDone, fetcher.Progress.BytesReceived + (creator.Counts?.Bytes ?? 0)));
        return creator.Create(plan, request, cancellation);
    }

    private string PrefixOf(CreateEnvironmentRequest request, Specification specification)
    {
        if (request.Prefix is { } prefix)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, systemContext.CurrentDirectory));
        }

        return specification.HasConda
            ? new CondaEnvironmentFinder(systemContext).NewPrefix(request.CondaName!)
            : throw new FirnException(
                $"{RequestSetting.NewCondaName} {request.CondaName} is for conda environments, and no file asks for conda packages",
                $"name the folder of the virtual environment: {RequestSetting.Prefix} .venv", FailureKind.InvalidRequest);
    }

    private PlanOptions OptionsOf(CreateEnvironmentRequest request) => new()
    {
        Python = request.Python,
        Index = request.Indexes.ToOptions(systemContext),
        Extras = request.Extras,
        Groups = request.Groups.Count == 0 ? null : request.Groups,
        IsOffline = request.IsOffline,
        WithPip = !request.WithoutPip,
        IsDryRun = request.IsDryRun,
    };

    private static void Check(CreateEnvironmentRequest request)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("environments cannot be created on Windows", "create on Linux or macOS");
        }

        if (request.Prefix is null == request.CondaName is null)
        {
            throw new ArgumentException("either a prefix or the name of a conda environment says where", nameof(request));
        }

        if (request.Updates && request.LinkScripts == LinkScriptsChoice.Run)
        {
            throw new ArgumentException("scripts that fail in an environment that is replaced could not be undone", nameof(request));
        }
    }
}
