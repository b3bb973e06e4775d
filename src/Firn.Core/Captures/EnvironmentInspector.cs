using Firn.Captures.Documents;
using Firn.Captures.Inspecting;
using Firn.Common;
using Firn.Python;
using Firn.Python.Discovery;
using Firn.Python.Distributions;
using Firn.Python.Environments;

namespace Firn.Captures;

/// <summary>
/// Captures environments by reading their files. It starts no process and changes nothing; what is damaged is listed
/// in the capture and does not stop it.
/// </summary>
/// <param name="systemContext">Variables, home, current folder and the root of the system's files.</param>
/// <param name="clock">Gives the time of the capture; the system's own if <see langword="null"/>.</param>
public sealed class EnvironmentInspector(SystemContext systemContext, TimeProvider? clock = null)
{
    /// <summary>Finds the environment and captures it.</summary>
    /// <exception cref="FirnException">There is no such environment.</exception>
    public Inspection Inspect(InspectionRequest request) => Inspect(request, static _ => { });

    /// <summary>The same.</summary>
    /// <param name="request">Which environment.</param>
    /// <param name="found">Is told where it lies, before its packages are read.</param>
    internal Inspection Inspect(InspectionRequest request, Action<PythonEnvironment> found)
    {
        request.MustBeThere();
        var located = EnvironmentLocator.Locate(request.Environment, request.CondaName, systemContext);
        var problems = new List<Problem>();
        var environment = EnvironmentReader.Read(located, systemContext, problems);
        found(environment);

        var catalog = new SearchPathCatalog();
        var batch = DistributionBatch.Find(
            environment.SearchPath.Select(entry => entry.Path).ToArray(), catalog, systemContext, problems);
        var host = new SideTask<HostFindings>("firn capture", () => HostInspection.Read(systemContext, batch));
        batch.ReadSome(problems);
        var findings = host.Wait();

        // pip's listing is made of what has been read by now.
        var freezeProblems = new List<Problem>();
        var freeze = new SideTask<FreezeFacts>(
            "firn capture", () => EnvironmentFreeze.Read(environment, catalog, systemContext, freezeProblems));
        var packages = new PackageInspection(environment, systemContext, problems);
        packages.Read(batch.Result());
        var frozen = freeze.Wait();
        problems.AddRange([.. findings.Problems, .. freezeProblems]);
        return new Inspection(Assemble(environment, packages, frozen, findings, problems), request.Reason ?? located.Reason);
    }

    private Capture Assemble(
        PythonEnvironment environment,
        PackageInspection packages,
        FreezeFacts freeze,
        HostFindings host,
        List<Problem> problems)
    {
        var platform = PlatformName.Of(environment);
        var condaPackages = packages.Conda?.Packages ?? [];
        return new Capture
        {
            Timestamp = (clock ?? TimeProvider.System).GetUtcNow(),
            CreatedBy = FirnVersion.Text,
            EnvironmentId = EnvironmentIdentity.Compute(environment, platform, packages.Distributions, condaPackages),
            HostLibrariesId = HostLibrariesIdentity.Compute(packages.NativeLibraries),
            Environment = environment,
            Platform = platform,
            Distributions = packages.Distributions,
            Conda = packages.Conda,
            Freeze = freeze,
            NativeLibraries = packages.NativeLibraries,
            Host = host.Host,
            Variables = host.Variables,
            Project = host.Project,
            NotReplayable = ReplayNotes.Of(
                packages.Distributions, freeze, packages.UnreplayableCondaLines),
            Problems = ProblemList.Sorted(problems),
        };
    }
}

/// <summary>Which environment to inspect; with nothing set, the one that the variables point to.</summary>
public sealed record InspectionRequest
{
    /// <summary>A prefix, a python executable, or the name of one on PATH.</summary>
    public string? Environment { get; init; }

    /// <summary>The name of a conda environment.</summary>
    public string? CondaName { get; init; }

    /// <summary>Why it is that one, for people; <see langword="null"/> where what is named says it.</summary>
    public string? Reason { get; init; }

    /// <summary>What to do where <see cref="Environment"/> is not there; <see langword="null"/> for what is said of any.</summary>
    internal string? MissingHint { get; init; }

    /// <exception cref="FirnException">Whoever asked knows that it is not there.</exception>
    internal void MustBeThere()
    {
        if (MissingHint is { } hint)
        {
            throw new FirnException($"no Python environment at {Environment}: there is no such file or folder", hint);
        }
    }
}

/// <summary>A capture, and why it is of this environment.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Reason">For example <c>given</c>, <c>VIRTUAL_ENV</c> or <c>python3 on PATH</c>.</param>
public sealed record Inspection(Capture Capture, string Reason);
