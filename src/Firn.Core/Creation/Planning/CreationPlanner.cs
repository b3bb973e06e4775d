using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Requirements;
using Firn.Python.Versions;
using Firn.Storage;

namespace Firn.Creation.Planning;

/// <summary>
/// From what the files say to exact archives: conda packages by their URLs or a channel's index, wheels by their URLs or an
/// index; what is left open goes to a solver first. Nothing is downloaded but pages of indexes.
/// </summary>
/// <param name="systemContext">The machine.</param>
/// <param name="fetcher">Reads indexes.</param>
/// <param name="store">Has wheels already, perhaps; <see langword="null"/> where there is none.</param>
/// <param name="solvers">The programs that choose versions.</param>
/// <param name="options">How.</param>
internal sealed class CreationPlanner(
    SystemContext systemContext, Fetcher fetcher, Store? store, ISolvers solvers, PlanOptions options)
{
    /// <summary>Plans.</summary>
    /// <exception cref="FirnException">Something cannot be had, contradicts itself, or does not run here; all of a kind at once.</exception>
    public PlanningResult Plan(Specification specification, CancellationToken cancellation)
    {
        var (conda, condaSolver) = new CondaResolver(systemContext, fetcher, solvers, options)
            .Resolve(specification, cancellation);
        var targets = new TargetPythons(systemContext);
        var python = specification.HasConda
            ? TargetPythons.OfConda(conda, options.Python)
            : targets.OfMachine(specification, options.Python);
        HostRequirements.Check(conda, systemContext);
        var index = IndexOptions.FromEnvironment(systemContext, python.Base?.Prefix)
            .Then(specification.Requirements.Options).Then(options.Index);
        index = options.IsOffline ? index.WithoutNetwork() : index;
        var question = new PythonQuestion
        {
            Sources = specification.RequirementSources,
            Python = python,
            Index = index,
            Constraints = [.. conda.Where(package => package.IsForPython).Select(package => $"{package.Name}=={package.Version}")],
        };
        var (distributions, pythonSolver) = Distributions(specification, targets, question, cancellation);
        var notes = new List<Problem>(specification.Warnings);
        if (!specification.HasConda && !specification.Variables.IsEmpty)
        {
            notes.Add(new Problem(
                "variables-need-conda", null, $"a virtual environment sets no variables: {string.Join(", ", specification.Variables.Select(item => item.Key))} (firn.yaml can)"));
        }

        (var wanted, conda) = new DistributionMerger(notes).Merge(distributions, conda, mayReplace: specification.Capture is null);
        var pages = new PackageIndex(index, new FetchedIndexPages(fetcher));
        var resolver = new DistributionResolver(
            pages,
            store is null ? null : new SourceIndex(store),
            targets.TagsOf(python),
            python,
            options);
        var seeds = CapturedSeeds(wanted, python, specification);
        var names = seeds.Select(seed => seed.Name).ToHashSet(StringComparer.Ordinal);
        var (wheels, builds) = resolver.Resolve([.. wanted.Where(item => !names.Contains(item.Name))], cancellation);
        notes.AddRange(pages.Problems);
        var editables = builds.Where(build => build.Distribution.Kind == LockedSourceKind.Editable).ToImmutableArray();
        var built = builds.Except(editables).ToList();
        MustBeOnline(built);
        ImmutableArray<PlannedConda> planned = [.. conda.Select(Planned)];
        wheels = [.. wheels, .. seeds, .. Built(built, question, planned, cancellation)];
        return new PlanningResult
        {
            Plan = new CreationPlan
            {
                Python = python,
                Conda = planned,
                Wheels = WithSeeds(wheels, python, specification),
                Variables = specification.HasConda ? specification.Variables : [],
                Expected = specification.Capture,
                IgnoresRequiresPython = index.IgnoresRequiresPython,
                Notes = [.. notes],
            },
            Editables = editables,
            Index = index,
            CondaSolver = condaSolver,
            PythonSolver = pythonSolver,
            Built = [.. built.Select(build => build.Distribution.DisplayName)],
        };
    }

    private (IReadOnlyList<LockedDistribution> Distributions, string? Solver) Distributions(
        Specification specification, TargetPythons targets, PythonQuestion question, CancellationToken cancellation)
    {
        var markers = targets.MarkersOf(question.Python);
        var found = new List<LockedDistribution>(specification.Distributions);
        foreach (var pylock in specification.Pylocks)
        {
            found.AddRange(pylock.Select(markers, Pep440Version.Parse(question.Python.Version)!, options.Extras, options.Groups));
        }

        var requirements = RequirementsLock.Resolve(AsConfigured(specification.Requirements, question.Index), markers);
        if (requirements.Unpinned.IsEmpty)
        {
            found.AddRange(requirements.Distributions);
            return (found, null);
        }

        if (options.IsOffline && question.Index.FindLinks.IsEmpty && question.Index.IndexUrls.IsEmpty)
        {
            throw new FirnException(
                $"{requirements.Unpinned[0].Origin}: '{requirements.Unpinned[0].Text}' names no version, and there is no network to choose one",
                "make a lock first, with a network: firn lock -f FILE -o LOCK");
        }

        var solution = solvers.SolvePython(question, cancellation);
        found.AddRange(solution.Distributions.Select(item => item with
        {
            DisplayName = requirements.Unpinned.FirstOrDefault(entry => entry.Requirement?.CanonicalName == item.Name)?.Requirement!.Name
                ?? requirements.Distributions.FirstOrDefault(other => other.Name == item.Name)?.DisplayName
                ?? item.DisplayName,
        }));
        return (found, solution.Solver);
    }

    /// <summary>Requirements under what else pip's variables and configuration say of them.</summary>
    private RequirementsFile AsConfigured(RequirementsFile file, IndexOptions index)
    {
        if (file.Entries.IsEmpty)
        {
            return file;
        }

        var read = RequirementsFile.Join([file, .. index.Constraints.Select(path => RequirementsFileReader.Read(path, systemContext, isConstraint: true))]);
        return read.Problems is [var problem, ..]
            ? throw new FirnException($"the constraints that PIP_CONSTRAINT or pip.conf names: {problem.Message}", "correct them, or unset it")
            : read with { Options = index };
    }

    /// <summary>The wheels that pip builds, with the Python that the environment will have.</summary>
    private ImmutableArray<PlannedWheel> Built(
        List<PlannedBuild> builds, PythonQuestion question, ImmutableArray<PlannedConda> conda, CancellationToken cancellation)
    {
        if (builds.Count == 0 || question.Python.Base is not null)
        {
            return [.. builds.Select(build => solvers.Build(build, question, cancellation))];
        }

        if (store is null || options.IsDryRun)
        {
            // That Python would have to be made, and nothing is to be written.
            return [];
        }

        using var maker = new TemporaryPython(store, fetcher, systemContext, question.Python, conda, cancellation);
        question = question with { Python = question.Python with { Base = maker.Python } };
        return [.. builds.Select(build => solvers.Build(build, question, cancellation))];
    }

    private void MustBeOnline(List<PlannedBuild> built)
    {
        if (built.Count > 0 && options.IsOffline)
        {
            throw new FirnException(
                $"{built[0].Distribution} has to be built from source, which needs a network", $"create it once without {RequestSetting.IsOffline}");
        }
    }

    /// <summary>
    /// A captured pip of the version that this Python carries came from there in all likelihood: no index need have it,
    /// and a distributor's has other files than the index's.
    /// </summary>
    private ImmutableArray<PlannedWheel> CapturedSeeds(
        IReadOnlyList<LockedDistribution> wanted, PythonTarget python, Specification specification)
    {
        if (specification.Capture is null || python.Base is not { } found)
        {
            return [];
        }

        var seeds = ImmutableArray.CreateBuilder<PlannedWheel>();
        foreach (var seed in SeedWheel.Of(found, systemContext))
        {
            if (wanted.FirstOrDefault(item => item.Name == seed.Name && item.Version == seed.Version) is { DirectUrl: null } locked)
            {
                seeds.Add(seed with { IsRequested = locked.IsRequested, Origin = locked.Origin });
            }
        }

        return seeds.DrainToImmutable();
    }

    private ImmutableArray<PlannedWheel> WithSeeds(
        ImmutableArray<PlannedWheel> wheels, PythonTarget python, Specification specification)
    {
        // A capture says itself whether there was a pip.
        if (!options.WithPip || specification.Capture is not null || python.Base is not { } found)
        {
            return wheels;
        }

        var names = wheels.Select(wheel => wheel.Name).ToHashSet(StringComparer.Ordinal);
        return wheels.AddRange(SeedWheel.Of(found, systemContext).Where(seed => !names.Contains(seed.Name)));
    }

    private static PlannedConda Planned(LockedCondaPackage package) => new(package, new FetchRequest
    {
        Url = package.Url,
        Hashes = package.Sha256 is { } sha256 ? [new FileHash("sha256", sha256)]
            : package.Md5 is { } md5 ? [new FileHash("md5", md5)] : [],
        Size = package.Size,
        Name = package.FileName,
    });
}

/// <summary>How a specification becomes a plan.</summary>
internal sealed record PlanOptions
{
    /// <summary>A version or an executable, as the user names it.</summary>
    public string? Python { get; init; }

    /// <summary>Indexes that the user named.</summary>
    public IndexOptions Index { get; init; } = IndexOptions.None;

    /// <summary>Extras of a <c>pylock.toml</c>.</summary>
    public IReadOnlyCollection<string> Extras { get; init; } = [];

    /// <summary>Dependency groups of a <c>pylock.toml</c>, in place of its default ones.</summary>
    public IReadOnlyCollection<string>? Groups { get; init; }

    /// <summary>Whether the store and local files alone are asked.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether a virtual environment gets the pip of its Python, as <c>python -m venv</c> does.</summary>
    public bool WithPip { get; init; } = true;

    /// <summary>Whether nothing may be written, so that some wheels are named and not built.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>How many pages of an index are asked for at once.</summary>
    public int Parallel { get; init; } = 8;
}

/// <summary>The pages of indexes, by a fetcher.</summary>
internal sealed class FetchedIndexPages(Fetcher fetcher) : IIndexClient
{
    /// <summary>PyPI's largest page has 15 MB.</summary>
    private const int Limit = 256 * 1024 * 1024;

    public IndexPage? Read(string url, string accept, CancellationToken cancellation) =>
        fetcher.TryReadDocument(url, accept, Limit, cancellation) is { } document
            ? new IndexPage(document.Content, document.ContentType, document.Url)
            : null;
}
