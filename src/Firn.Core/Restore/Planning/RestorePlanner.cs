using System.Collections.Immutable;
using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Storage;

namespace Firn.Restore.Planning;

/// <summary>Plans a restore, and finds everything that stands in its way at once.</summary>
internal sealed class RestorePlanner(Store store, SystemContext systemContext)
{
    private const int CaptureLimit = 64 * 1024 * 1024;
    private readonly List<MessageText> _obstacles = [];
    private readonly List<Problem> _notes = [];

    /// <summary>Plans; what makes the restore impossible is in the plan.</summary>
    public RestorePlan Plan(LocatedArchive archive, RestoreRequest request)
    {
        var document = archive.Document;
        var capture = ReadCapture(archive);
        if (!request.IsForImage)
        {
            PrefixChecks.AddObstacles(request.Prefix, request.Replaces, document, _obstacles);
            HostChecks.AddObstacles(document, capture, systemContext, _obstacles);
        }

        var basePython = FindBase(document, request, capture);
        var targets = new RestoredLayout(document, request.Prefix, basePython).Create();
        var jobs = Jobs(targets, basePython);
        StoreChecks.AddObstacles(store, jobs, _obstacles);
        var plan = new RestorePlan
        {
            Request = request,
            Archive = archive,
            Capture = capture,
            Targets = targets,
            Jobs = jobs,
            Base = basePython,
        };
        if (!request.Links && !request.IsForImage)
        {
            PrefixChecks.AddMissingSpace(request.Prefix, plan.Size, _obstacles);
        }

        AddNotes(document, capture, request.Prefix);
        return plan with { Obstacles = [.. _obstacles], Notes = [.. _notes] };
    }

    private Capture? ReadCapture(LocatedArchive archive)
    {
        if (archive.Content is { } content)
        {
            return content;
        }

        if (archive.Capture is not { } digest)
        {
            return null;
        }

        if (store.Files.Contains(digest))
        {
            return CaptureReader.Read(store.Files.Read(digest, CaptureLimit), digest.ToString()).Capture;
        }

        _obstacles.Add($"the capture {digest} is not in the store");
        return null;
    }

    private BasePython? FindBase(ArchiveDocument document, RestoreRequest request, Capture? capture)
    {
        var tree = document.Environment;
        if (tree.Kind is not (ArchivedTreeKind.VirtualEnvironment or ArchivedTreeKind.System))
        {
            if (request.Python is not null)
            {
                _obstacles.Add($"{RequestSetting.Python} is for virtual environments: this one has its own interpreter");
            }

            return null;
        }

        var finder = new BasePythonFinder(systemContext);
        if (request.Python is { } named)
        {
            return OfUser(finder, named, tree);
        }

        if (Archived(document, request.Prefix) is { } archived)
        {
            return archived;
        }

        if (request.IsForImage)
        {
            _obstacles.Add($"the archive has no {tree.PythonFolder}: archive the environment again with its interpreter");
            return null;
        }

        var found = finder.Find(tree, tree.Kind == ArchivedTreeKind.System ? tree.Prefix : capture?.Environment.BasePrefix);
        if (found is null)
        {
            _obstacles.Add(
                $"there is no {tree.PythonFolder} on this machine, and none is in the archive ({RequestSetting.Python:EXE} names one)");
        }
        else if (found.Version != tree.PythonVersion)
        {
            _notes.Add(new Problem(
                "other-python", found.Executable, $"Python {found.Version} in place of {tree.PythonVersion}, which is not here"));
        }

        return found;
    }

    private BasePython? OfUser(BasePythonFinder finder, string named, ArchivedTree tree)
    {
        try
        {
            return finder.OfExecutable(named, tree);
        }
        catch (FirnException exception)
        {
            _obstacles.Add($"{exception.Text} ({exception.Hint})");
            return null;
        }
    }

    private static BasePython? Archived(ArchiveDocument document, string prefix)
    {
        var folder = Path.Join(prefix, RestoredFolder.Python);
        if (document.Base is { } tree && tree.Packages.Any(IsInterpreter))
        {
            var executable = document.Environment.BaseExecutable ?? tree.Executable;
            return new BasePython(folder, Path.Join(folder, executable), tree.PythonVersion, IsArchived: true);
        }

        return document.Environment.Packages.Any(IsInterpreter)
            ? new BasePython(
                folder,
                Path.Join(folder, document.Environment.BaseExecutable ?? $"bin/{document.Environment.PythonFolder}"),
                document.Environment.PythonVersion,
                IsArchived: true)
            : null;
    }

    private static bool IsInterpreter(ArchivedPackage package) =>
        package.Kind == ArchivedPackageKind.Interpreter
        || (package.Kind == ArchivedPackageKind.Conda && package.Name == "python");

    /// <summary>The packages, the largest first, so that no thread is left alone with one at the end.</summary>
    private ImmutableArray<PackageRestore> Jobs(ImmutableArray<RestoredTree> targets, BasePython? basePython)
    {
        var jobs = new List<PackageRestore>();
        var conda = new CondaRestorePlanner(store, _obstacles, _notes);
        foreach (var target in targets)
        {
            jobs.AddRange(conda.Prepare(JobsOf(target, basePython)));
        }

        jobs.Sort(static (left, right) => right.Package.Size.CompareTo(left.Package.Size));
        return [.. jobs];
    }

    private static List<PackageRestore> JobsOf(RestoredTree target, BasePython? basePython)
    {
        var jobs = new List<PackageRestore>();
        for (var i = 0; i < target.Tree.Packages.Length; i++)
        {
            var package = target.Tree.Packages[i];
            var rank = PathPrecedence.Of(package.Kind, i);
            var isOfBase = target.Root.Length == 0 && package.Kind == ArchivedPackageKind.Interpreter
                && target.Tree.Kind is ArchivedTreeKind.System or ArchivedTreeKind.VirtualEnvironment;
            if (!isOfBase)
            {
                jobs.Add(new PackageRestore(target, package, rank));
            }
            else if (basePython is { IsArchived: true })
            {
                jobs.Add(new PackageRestore(RestoredLayout.InterpreterOf(target), package, rank));
            }
        }

        return jobs;
    }

    private void AddNotes(ArchiveDocument document, Capture? capture, string prefix)
    {
        if (LeftOutVariables.Of(capture) is { } note)
        {
            _notes.Add(note);
        }

        foreach (var tree in document.Trees)
        {
            foreach (var file in tree.Prefix == prefix ? [] : tree.NamesPrefix)
            {
                _notes.Add(new Problem(
                    "names-the-prefix", file, $"it is a package's, is kept as it is, and still names {tree.Prefix}"));
            }

            foreach (var package in tree.Packages)
            {
                if (package.Conda is { AsInstalled: { Length: > 0 } files } && tree.Prefix != string.Empty)
                {
                    _notes.Add(new Problem(
                        "as-installed",
                        files[0],
                        $"{files.Length} file(s) of {package.Name} are as they were installed, and may name {tree.Prefix}"));
                }
            }
        }

        foreach (var file in document.LeftOut)
        {
            _notes.Add(file.IsMissed
                ? new Problem("archive-incomplete", file.Path, $"the environment read it, and it is not in the archive: {file.Reason}")
                : new Problem("left-out", file.Path, $"not in the archive: {file.Reason}"));
        }
    }
}
