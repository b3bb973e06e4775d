using Firn.Common;
using Firn.Common.Files;
using Firn.Host;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Plans the archive of a captured environment: finds its files, and gives each of them its one place. Only metadata is
/// read; nothing is changed.
/// </summary>
internal sealed class EnvironmentPlanner
{
    private readonly Capture _capture;
    private readonly PythonEnvironment _environment;
    private readonly EnvironmentLayout _layout;
    private readonly ArchiveOptions _options;
    private readonly DpkgFileLists _systemLists;
    private readonly CancellationToken _cancellation;
    private readonly List<Problem> _problems = [];
    private readonly HashSet<Distribution> _planned = new(ReferenceEqualityComparer.Instance);

    /// <param name="capture">The environment.</param>
    /// <param name="surroundings">The machine.</param>
    /// <param name="options">What to archive.</param>
    /// <param name="cancellation">Stops the scan.</param>
    public EnvironmentPlanner(
        Capture capture, Surroundings surroundings, ArchiveOptions options, CancellationToken cancellation)
    {
        _capture = capture;
        _environment = capture.Environment;
        _layout = new EnvironmentLayout(capture);
        _options = options;
        _systemLists = new DpkgFileLists(surroundings);
        _cancellation = cancellation;
    }

    public ArchivePlan Plan()
    {
        if (_environment.PathStyle != PathStyle.Posix)
        {
            throw new FirnException(
                $"{_environment.Prefix} has the layout of Windows, which cannot be archived",
                "archive on Linux or macOS; captures work everywhere");
        }

        var now = DateTimeOffset.UtcNow;
        var trees = new List<PlannedTree> { PlanEnvironment() };
        if (PlanBase() is { } tree)
        {
            trees.Add(tree);
        }

        foreach (var distribution in _capture.Distributions)
        {
            if (!_planned.Contains(distribution))
            {
                _problems.Add(new Problem(
                    "distribution-not-archived",
                    distribution.MetadataPath,
                    $"{distribution.CanonicalName} lies outside of the environment and of its site folders"));
            }
        }

        return new ArchivePlan
        {
            Capture = _capture, Trees = trees, Problems = ProblemList.Sorted(_problems), LookedAt = now,
        };
    }

    private PlannedTree PlanEnvironment()
    {
        var planned = _layout.Environment();
        switch (planned.Kind)
        {
            case ArchivedTreeKind.VirtualEnvironment:
                PlanVirtualEnvironment(planned);
                break;
            case ArchivedTreeKind.System:
                break;
            default:
                PlanWhole(planned);
                break;
        }

        foreach (var site in _layout.OtherSites())
        {
            PlanSite(planned, site);
        }

        return planned;
    }

    private void PlanVirtualEnvironment(PlannedTree planned)
    {
        var tree = Load(planned, _environment.Prefix, [.. VirtualEnvironmentFiles.Folders, "pyvenv.cfg"], static _ => false);
        PlanDistributions(planned, tree);
        var rest = new TreePlanner(planned, tree, _problems);
        rest.LeaveSecretsOut();
        rest.TakeVirtualEnvironment(_environment.BasePrefix, planned.BaseExecutable!);
        rest.TakePathFiles(new BundlePaths(_environment.SitePackages, tree.Root, planned.PythonFolder));
        rest.TakeBytecode();
        rest.TakeRest(null);
    }

    private void PlanWhole(PlannedTree planned)
    {
        var isConda = planned.Kind == ArchivedTreeKind.Conda;
        var tree = Load(planned, planned.Prefix, [""], name => isConda && name is "conda-meta" or "pkgs" or "envs");
        if (isConda && _capture.Conda is { } conda)
        {
            new CondaPlanner(planned, tree, _problems).Plan(conda);
            TakeHistory(planned, tree);
        }

        PlanDistributions(planned, tree);
        var rest = new TreePlanner(planned, tree, _problems);
        rest.LeaveSecretsOut();
        rest.TakePathFiles(new BundlePaths(_environment.SitePackages, tree.Root, planned.PythonFolder));
        if (!isConda)
        {
            rest.TakeInterpreter();
        }

        rest.TakeBytecode();
        rest.TakeRest(null);
    }

    /// <summary>What the user asked conda for, over time.</summary>
    private static void TakeHistory(PlannedTree planned, InstalledTree tree)
    {
        foreach (var name in new[] { "conda-meta/history", "conda-meta/pinned" })
        {
            if (FileStatReader.TryRead(Path.Join(tree.Root, name), out var stat) && stat.IsRegularFile)
            {
                planned.Texts.Add(new PlannedText(name, new TreeFile(name, stat), tree));
            }
        }
    }

    /// <summary>A site-packages folder outside of the prefix: the user's, the system's, that of the interpreter below.</summary>
    private void PlanSite(PlannedTree planned, SiteFolder site)
    {
        var paths = new BundlePaths(site.Path, null, planned.PythonFolder);
        var folder = paths.OnDisk(string.Empty).TrimEnd('/');
        var tree = Load(planned, paths.Root, [folder], static _ => false);
        PlanDistributions(planned, tree);
        if (site.OnlyPackages)
        {
            return;
        }

        var rest = new TreePlanner(planned, tree, _problems);
        rest.LeaveSecretsOut();
        rest.TakePathFiles(paths);
        rest.TakeBytecode();
        rest.TakeRest(paths);
    }

    private PlannedTree? PlanBase()
    {
        if (_layout.Base(_options.WithInterpreter) is not { } planned)
        {
            return null;
        }

        var tree = planned.Kind == ArchivedTreeKind.System
            ? Load(planned, planned.Prefix, _layout.SystemInterpreterFolders(), static _ => false)
            : Load(planned, planned.Prefix, [""], static name => name is "conda-meta" or "pkgs" or "envs" or "etc");
        var rest = new TreePlanner(planned, tree, _problems);
        rest.LeaveSecretsOut();
        rest.TakeInterpreter();
        rest.TakeBytecode();
        return planned;
    }

    private void PlanDistributions(PlannedTree planned, InstalledTree tree)
    {
        var planner = new DistributionPlanner(tree, planned.PythonFolder, _systemLists, _problems);
        foreach (var distribution in _capture.Distributions)
        {
            if (_planned.Contains(distribution))
            {
                continue;
            }

            if (distribution.CondaPackage is not null && planned.Kind == ArchivedTreeKind.Conda)
            {
                _planned.Add(distribution);
            }
            else if (planner.Plan(distribution) is { } bundle)
            {
                _planned.Add(distribution);
                planned.Bundles.Add(bundle);
            }
        }

        planner.GiveLikely();
    }

    private InstalledTree Load(
        PlannedTree planned, string root, IReadOnlyList<string> folders, Func<string, bool> isExcluded)
    {
        var loader = new TreeLoader(_cancellation);
        var files = loader.Load(root, folders, isExcluded);
        var tree = _layout.Tree(root, folders, files, planned);
        tree.LeftOut.AddRange(loader.LeftOut);
        planned.Sources.Add(tree);
        return tree;
    }
}
