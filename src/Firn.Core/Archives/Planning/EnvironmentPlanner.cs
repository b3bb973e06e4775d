using System.Text.Unicode;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Host.SystemPackages;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Archives.Planning;

/// <summary>
/// Plans the archive of a captured environment: finds its files, and gives each of them its one place. Only metadata is
/// read; nothing is changed.
/// </summary>
internal sealed class EnvironmentPlanner
{
    private readonly Capture _capture;
    private readonly PythonEnvironment _environment;
    private readonly EnvironmentLayout _layout;
    private readonly SystemContext _systemContext;
    private readonly PlannedTree _own;
    private readonly PlannedTree? _base;
    private readonly TreeSource? _ownSource;
    private readonly TreeSource? _baseSource;
    private readonly List<SiteSource> _siteSources = [];
    private readonly List<PlannedProject> _projects = [];
    private readonly CancellationToken _cancellation;
    private readonly List<Problem> _problems = [];
    private readonly ShadowedNames _hidden;
    private readonly SysPathCode _added;
    private readonly HashSet<Distribution> _planned = new(ReferenceEqualityComparer.Instance);

    /// <summary>Looks at the file system.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="systemContext">The machine.</param>
    /// <param name="options">What to archive.</param>
    /// <param name="ahead">A scan that has begun already.</param>
    /// <param name="cancellation">Stops the scan.</param>
    /// <exception cref="FirnException">The environment is one of Windows, or cannot be read.</exception>
    public EnvironmentPlanner(
        Capture capture, SystemContext systemContext, ArchiveOptions options, BackgroundScan? ahead, CancellationToken cancellation)
    {
        if (capture.Environment.PathStyle != PathStyle.Posix)
        {
            throw new FirnException(
                $"{capture.Environment.Prefix} has the layout of Windows, which cannot be archived",
                "archive on Linux or macOS; captures work everywhere");
        }

        _capture = capture;
        _environment = capture.Environment;
        _layout = new EnvironmentLayout(capture);
        _hidden = new ShadowedNames(capture, _layout.OtherSites);
        _added = new SysPathCode(capture, _layout.OtherSites, _problems);
        _systemContext = systemContext;
        _cancellation = cancellation;
        _own = _layout.Environment();
        _base = _layout.Base(options.WithInterpreter);
        Scan = new EnvironmentScan(ahead, cancellation);
        _ownSource = Added(EnvironmentLayout.OwnSource(_environment));
        foreach (var site in _layout.OtherSites)
        {
            var paths = new BundlePaths(site.Path, null, _own.PythonFolder);
            var source = new TreeSource(paths.Root, [paths.OnDisk(string.Empty).TrimEnd('/')], static _ => false)
            {
                IsWhole = !site.OnlyPackages,
            };
            _siteSources.Add(new SiteSource(site, paths, Added(source)!));
        }

        _baseSource = _base is null ? null : Added(_layout.BaseSource(_base));
    }

    /// <summary>What was found.</summary>
    public EnvironmentScan Scan { get; }

    /// <summary>Whether the plan depends on more than the scan: on the folders of projects and other code outside.</summary>
    public bool HasProjects => _added.IsAny
        || _capture.Distributions.Any(distribution => distribution.Editable is not null);

    /// <summary>The plan for an environment that is archived already.</summary>
    public ArchivePlan Nothing() => new()
    {
        Capture = _capture,
        Trees = [],
        Problems = ProblemList.Sorted([.. _added.SessionProblems]),
        LookedAt = Scan.Began,
    };

    /// <summary>The plan.</summary>
    public ArchivePlan Plan()
    {
        _projects.AddRange(_added.Plan(_planned, _systemContext, _cancellation));
        PlanEnvironment();
        foreach (var site in _siteSources)
        {
            PlanSite(site);
        }

        var trees = new List<PlannedTree> { _own };
        if (_base is not null)
        {
            PlanBase(_base);
            trees.Add(_base);
        }

        _added.NameMissing(_own.Sources, _planned);
        return new ArchivePlan
        {
            Capture = _capture,
            Trees = trees,
            Problems = ProblemList.Sorted(_problems),
            LookedAt = Scan.Began,
        };
    }

    /// <summary>Gives each project its bundle, beside the tree that its files are not in.</summary>
    private void AddProjects(InstalledTree tree)
    {
        if (_own.Sources.Count > 1 || _own.Sources.IndexOf(tree) < 0)
        {
            return;
        }

        foreach (var project in _projects)
        {
            tree.LeftOut.AddRange(project.Archive.LeftOut);
            _own.Bundles.Add(new PlannedBundle
            {
                Kind = ArchivedPackageKind.Project,
                Name = project.Name,
                Version = project.Distribution?.Version,
                Prefix = _own,
                Tree = tree,
                Project = project,
                Size = project.Size,
            });
        }
    }

    private void PlanEnvironment()
    {
        if (_ownSource is null)
        {
            return;
        }

        var tree = Load(_own, _ownSource);
        if (_own.Kind == ArchivedTreeKind.Conda && _capture.Conda is { } conda)
        {
            new CondaArchivePlanner(_own, tree, _problems).Plan(conda.Packages);
            TakeHistory(_own, tree);
        }

        PlanDistributions(_own, tree);
        var rest = new TreePlanner(_own, tree, _problems);
        rest.LeaveSecretsOut();
        if (_own.Kind == ArchivedTreeKind.VirtualEnvironment)
        {
            rest.TakeVirtualEnvironment(_environment.BasePrefix, _own.BaseExecutable!);
        }

        var paths = new BundlePaths(_environment.SitePackages, tree.Root, _own.PythonFolder);
        if (_siteSources.Count > 0)
        {
            rest.LeaveHidden(paths, _hidden.In(paths.SitePackages), says: true);
        }

        rest.LeavePrivateOut();
        rest.TakePathFiles(paths);
        rest.LeaveLargeLinks(isMissed: true);
        if (_own.Kind == ArchivedTreeKind.Plain)
        {
            rest.TakeInterpreter();
        }

        rest.TakeRest(null, new UnownedTexts(_own, tree).Take());
        rest.TakeBytecode();
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
    private void PlanSite(SiteSource site)
    {
        var tree = Load(_own, site.Source);
        PlanDistributions(_own, tree);
        var rest = new TreePlanner(_own, tree, _problems);
        rest.LeaveSecretsOut();
        rest.LeaveHidden(site.Paths, _hidden.In(site.Folder.Path), says: false);
        if (!site.Folder.OnlyPackages)
        {
            rest.LeavePrivateOut();
        }

        if (site.Folder.IsAdded)
        {
            rest.LeavePathFiles(site.Paths);
        }
        else if (!site.Folder.OnlyPackages)
        {
            rest.TakePathFiles(site.Paths);
        }

        if (!site.Folder.OnlyPackages)
        {
            rest.LeaveLargeLinks(isMissed: true);
            rest.TakeRest(site.Paths, new HashSet<TreeFile>());
        }

        rest.TakeBytecode();
        _added.NameUnowned(site.Folder, tree.Files.Count(file => file.Use == TreeFileUse.None && SysPathCode.IsModule(file.Path)));
    }

    private void PlanBase(PlannedTree planned)
    {
        var tree = Load(planned, _baseSource!);
        if (planned.Kind == ArchivedTreeKind.Conda)
        {
            // A conda layer is more than its interpreter: the libraries that it loads, and their data.
            new CondaArchivePlanner(planned, tree, _problems).Plan(CondaPrefixReader.Read(planned.Prefix, _problems).Packages);
            TakeHistory(planned, tree);
        }

        var rest = new TreePlanner(planned, tree, _problems);
        rest.LeaveSecretsOut(onlyOfInterpreter: planned.Kind != ArchivedTreeKind.Conda);
        rest.LeaveLargeLinks(isMissed: false);
        rest.TakeInterpreter();
        rest.TakeBytecode();
    }

    private void PlanDistributions(PlannedTree planned, InstalledTree tree)
    {
        var planner = new DistributionPlanner(planned, tree, new DpkgFileLists(_systemContext), _problems);
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

    private InstalledTree Load(PlannedTree planned, TreeSource source)
    {
        var loaded = Scan.Load(source);
        var tree = _layout.Tree(source, loaded.Files, planned, _projects);
        tree.LeftOut.AddRange(loaded.LeftOut.Where(file => !_projects.Exists(project => project.Root == RealPath.Of(file.Path))));
        tree.LinkedFolders.AddRange(loaded.LinkedFolders);
        planned.Sources.Add(tree);
        AddProjects(tree);
        return tree;
    }

    private TreeSource? Added(TreeSource? source)
    {
        if (source is null)
        {
            return null;
        }

        source = source with { Home = _systemContext.HomeDirectory };
        Scan.Add(source);
        return source;
    }

    private sealed record SiteSource(OutsideSiteFolder Folder, BundlePaths Paths, TreeSource Source);
}

/// <summary>
/// Finds the texts among what no package owns that name a folder of this installation, whatever they are: kernels of
/// Jupyter, <c>sitecustomize.py</c>, what is run on activation, scripts. From a restore they must not lead to the old place.
/// </summary>
/// <param name="planned">Takes the texts.</param>
/// <param name="tree">The files.</param>
internal sealed class UnownedTexts(PlannedTree planned, InstalledTree tree)
{
    /// <summary>Larger files are taken for data; scripts in <c>bin</c> are looked at whatever their size.</summary>
    private const int MaxCount = 64 * 1024;

    /// <summary>
    /// Gives those to the document that name more than the prefix: the interpreter below, a project. Nothing but what nobody
    /// has taken is read.
    /// </summary>
    /// <returns>Those that name the prefix alone: in a bundle the placeholder does.</returns>
    public HashSet<TreeFile> Take()
    {
        var naming = new HashSet<TreeFile>(ReferenceEqualityComparer.Instance);
        var buffer = new ReusableBuffer();
        foreach (var file in tree.Files)
        {
            if (file.Use != TreeFileUse.None || !file.Stat.IsRegularFile || file.Stat.Size > MaxCount || PycName.IsInCache(file.Path)
                || BoundedFile.Read(tree.SourceOf(file), MaxCount, buffer) is not { IsComplete: true } content
                || content.Bytes.IndexOf((byte)0) >= 0
                || PrefixText.Replace(content.Bytes, tree.TextTokens) is not { } text
                || !Utf8.IsValid(content.Bytes))
            {
                continue;
            }

            if (PrefixText.Replace(content.Bytes, tree.PrefixTokens) is { } ofPrefix && ofPrefix.Content.AsSpan().SequenceEqual(text.Content))
            {
                naming.Add(file);
            }
            else
            {
                file.Use = TreeFileUse.Document;
                planned.Texts.Add(new PlannedText(file.Path, file, tree));
            }
        }

        return naming;
    }
}
