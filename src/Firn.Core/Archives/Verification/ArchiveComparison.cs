using Firn.Archives.Documents;
using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Conda.Prefixes;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Archives.Verification;

/// <summary>
/// Compares the files of an environment with its archive, by the archiver's own rules: the environment is planned as if it
/// were archived again, every file that would be kept is read, and held against the archive's document and the bundles'
/// indexes. Records in the environment say at most who owns a file; what it must hold, they do not.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="bundles">The store's bundles.</param>
/// <param name="systemContext">Variables, home and the system's files.</param>
internal sealed class ArchiveComparison(ArchiveDocument archive, BundleObjects bundles, SystemContext systemContext)
{
    private const int MaxThreads = 16;
    private const string ThreadName = "firn verify";

    /// <summary>Launchers and texts lie over the file of a package that has their name, and are compared by themselves.</summary>
    private readonly HashSet<string> _written = new(
        archive.Environment.Texts.Select(static text => text.Path)
            .Concat(archive.Environment.Packages.SelectMany(static package => package.Distribution?.Launchers ?? []).Select(static launcher => launcher.Path)),
        StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly List<FileDifference> _differences = [];
    private readonly List<Problem> _problems = [];
    private readonly List<UncomparedPart> _uncompared = [];
    private readonly Dictionary<ArchivedPackage, List<UsedBytecode>> _shipped = new(ReferenceEqualityComparer.Instance);
    private long _count;
    private long _bytes;

    /// <summary>Compares.</summary>
    /// <param name="observed">The environment as it was just captured.</param>
    /// <param name="result">What is known of it already.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">The environment is of a kind that is not archived.</exception>
    public VerificationResult Compare(Capture observed, VerificationResult result, CancellationToken cancellation)
    {
        var hasInterpreter = archive.Trees.Any(static tree => tree.Kind == ArchivedTreeKind.Conda
            || tree.Packages.Any(static package => package.Kind == ArchivedPackageKind.Interpreter));
        var options = new ArchiveOptions { WithInterpreter = hasInterpreter, ReadsAll = true };
        var plan = new EnvironmentPlanner(observed, systemContext, options, null, cancellation).Plan();
        var trees = hasInterpreter ? plan.Trees : [plan.Trees[0]];
        var members = new ArchivedMembers(archive, bundles, _problems);
        var places = new ObservedPaths(observed, trees);

        CompareMembers(trees, members, new RelocationProof(archive, bundles, observed), cancellation);
        FindMissing(members, places);
        var texts = new InstallationComparison(archive, trees, places, members);
        texts.Compare();
        _differences.AddRange(texts.Differences.Where(file => file.State != FileState.Added || !IsLeftOut(KeyOf(file, observed))));
        if (places.Own.Kind == ArchivedTreeKind.VirtualEnvironment)
        {
            _differences.AddRange(InterpreterLinks.Compare(observed));
        }

        CompareVariables(observed);
        var bytecode = ArchivedBytecode.Compare(archive, bundles, trees, _shipped, cancellation);
        _differences.AddRange(bytecode.Differences);
        if (!hasInterpreter)
        {
            _uncompared.Add(new UncomparedPart(
                UncomparedPart.Interpreter,
                0,
                $"the interpreter of {observed.Environment.BasePrefix} and its standard library, which the archive does not hold",
                "`firn capture ENVIRONMENT --archive --with-interpreter` keeps them"));
        }

        if (bytecode.Unproven.Count > 0)
        {
            _uncompared.Add(UncomparedParts.Bytecode(bytecode.Unproven, observed.Environment.Prefix));
        }

        var passed = UnarchivedFiles.Of(trees[0], observed.Environment.Prefix, archive);
        _differences.AddRange(passed.Added.Where(file => !IsLeftOut(KeyOf(file, observed))));
        _uncompared.AddRange(passed.Missed);
        var differing = _differences.Select(static file => file.Path).ToHashSet(StringComparer.Ordinal);
        _uncompared.AddRange(UncomparedParts.Elsewhere([.. trees.SelectMany(static tree => tree.Sources)
            .SelectMany(static tree => tree.Files.Where(static file => file.Use is TreeFileUse.Member or TreeFileUse.Document)
                .Select(file => (Path: tree.PathOf(file), Target: tree.Elsewhere(file)!)))
            .Where(link => link.Target is not null && !differing.Contains(link.Path))]));
        return result with
        {
            ReadsData = true,
            Files = [.. _differences.DistinctBy(static file => file.Path).OrderBy(static file => file.Path, StringComparer.Ordinal)],
            FileCount = _count + texts.Count + bytecode.Count,
            ByteCount = _bytes + texts.Bytes + bytecode.Bytes,
            Uncompared = [.. _uncompared],
            Problems = [.. _problems],
        };
    }

    /// <summary>What activation sets in a conda environment: files of values, which may be secrets, so that no archive has them.</summary>
    private void CompareVariables(Capture observed)
    {
        var files = DirectoryReader.List(Path.Join(observed.Environment.Prefix, CondaStateFiles.VariablesFolder), out _).ToList();
        foreach (var file in files.Where(file => !IsLeftOut($"{CondaStateFiles.VariablesFolder}/{file.Name}")))
        {
            _differences.Add(new FileDifference(
                Path.Join(observed.Environment.Prefix, CondaStateFiles.VariablesFolder, file.Name), "files", FileState.Added, null, null));
        }

        if ((observed.Conda?.VariableNames.Length ?? 0) + files.Count is > 0 and var count)
        {
            _uncompared.Add(new UncomparedPart(
                UncomparedPart.Variables, count, "the values of the variables that conda's activation sets: they may be secrets, and no archive has them", "look at `conda env config vars list`"));
        }
    }

    private static string KeyOf(FileDifference file, Capture observed) => Path.GetRelativePath(observed.Environment.Prefix, file.Path);

    private void CompareMembers(
        IReadOnlyList<PlannedTree> trees, ArchivedMembers members, RelocationProof proof, CancellationToken cancellation)
    {
        var planned = trees.SelectMany(static tree => tree.Bundles).ToList();
        var found = new List<ObservedMember>();
        WorkerThreads.OnCores(planned.Count, MaxThreads, ThreadName, work =>
        {
            while (work.TryTake(out var index))
            {
                var own = Compose(planned[index], work.Stop);
                lock (_lock)
                {
                    found.AddRange(own);
                }
            }
        }, cancellation);

        WorkerThreads.OnCores(found.Count, MaxThreads, ThreadName, work =>
        {
            using var reader = new MemberDigests();
            while (work.TryTake(out var index))
            {
                Check(found[index], members, reader, proof);
            }
        }, cancellation);
        foreach (var (file, archived, digest) in proof.Prove())
        {
            Add(file, archived, digest is null ? FileState.Unreadable : FileState.Edited, digest?.ToString());
        }

        foreach (var bundle in planned)
        {
            bundle.Project?.Archive.Dispose();
        }
    }

    private List<ObservedMember> Compose(PlannedBundle bundle, CancellationToken cancellation)
    {
        try
        {
            return ObservedMember.Of(bundle, cancellation);
        }
        catch (FirnException)
        {
            // The file cannot be read, or has just changed.
            lock (_lock)
            {
                _differences.Add(new FileDifference(
                    bundle.MetadataPath is { } metadata ? Path.Join(bundle.Prefix.Prefix, metadata) : bundle.Prefix.Prefix, bundle.Name, FileState.Unreadable, null, null));
            }

            return [];
        }
    }

    private void Check(ObservedMember file, ArchivedMembers members, MemberDigests reader, RelocationProof proof)
    {
        var candidates = members.Find(file.Key);
        foreach (var candidate in candidates)
        {
            candidate.IsSeen = true;
        }

        // RECORD is compared by what the environment id digests of it; its other rows say nothing of what runs.
        if (file.IsRecord || file.Member.Kind == TarEntryKind.Directory || _written.Contains(file.Key))
        {
            return;
        }

        if (candidates.Count == 0)
        {
            AddIfItRuns(file);
            return;
        }

        if (file.Member.Content is null)
        {
            // A link in place of a file is fine where it leads to the bytes: a tool has merged equal files.
            if (!candidates.Any(candidate => candidate.Entry.LinkTarget == file.Member.LinkTarget
                || (candidate.Entry.Kind == TarEntryKind.File && reader.StateOf(file.Path, candidate.Entry, out _) is null)))
            {
                Add(file, candidates[0], FileState.Edited, file.Member.LinkTarget);
            }

            return;
        }

        if (reader.DigestOf(file.Member.Content) is not { } digest)
        {
            Add(file, candidates[0], FileState.Unreadable, null);
            return;
        }

        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, file.Member.Content.Length);
        if (candidates.Any(candidate => candidate.Entry.Digest == digest || RelocationProof.IsMended(file, candidate)
                || (!file.Member.PrefixOffsets.IsEmpty && candidate.Entry.PrefixOffsets.IsEmpty && reader.StateOf(file.Path, candidate.Entry, out _) is null))
            || candidates.Any(candidate => proof.TryKeep(file, candidate)))
        {
            return;
        }

        if (PycName.IsInCache(file.Key))
        {
            AddShipped(file, candidates[0]);
            return;
        }

        Add(file, candidates[0], FileState.Edited, digest.ToString());
    }

    /// <summary>Bytecode that a package ships, where Python would run it, is compared as code.</summary>
    private void AddShipped(ObservedMember file, ArchivedMember archived)
    {
        if (file.IsBytecodeInUse)
        {
            lock (_lock)
            {
                if (!_shipped.TryGetValue(archived.Package, out var files))
                {
                    _shipped.Add(archived.Package, files = []);
                }

                files.Add(new UsedBytecode(file.Path, archived.Entry.Path));
            }
        }
    }

    /// <summary>Elsewhere in a prefix people keep what they like; from these folders Python, the shell or the loader takes it.</summary>
    private void AddIfItRuns(ObservedMember file)
    {
        if (file.MayRun && !PycName.IsInCache(file.Key) && !IsLeftOut(file.Key))
        {
            lock (_lock)
            {
                _differences.Add(new FileDifference(file.Path, file.Owner, FileState.Added, null, null));
            }
        }
    }

    /// <summary>What the archived prefix had, and the archive has not, is no news there.</summary>
    private bool IsLeftOut(string key)
    {
        foreach (var tree in archive.Trees)
        {
            var path = Path.Join(tree.Prefix, key.StartsWith(ArchivedMembers.OfInterpreter, StringComparison.Ordinal)
                ? key[ArchivedMembers.OfInterpreter.Length..]
                : key);
            foreach (var left in archive.LeftOut)
            {
                if (RealPath.IsWithin(path, left.Path.TrimEnd('/')))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void FindMissing(ArchivedMembers members, ObservedPaths places)
    {
        using var reader = new MemberDigests();
        foreach (var member in members.All)
        {
            if (member.IsSeen || _written.Contains(member.Key) || (member.Entry is { Kind: TarEntryKind.Directory }) || PycName.IsInCache(member.Key)
                || member.Entry.Path.EndsWith(".dist-info/RECORD", StringComparison.Ordinal))
            {
                continue;
            }

            var path = places.PathOf(member);
            // The planner may have passed it over: what lies there says more.
            var state = reader.StateOf(path, member.Entry, out var observed);
            if (state is { } differs && !(Directory.Exists(path) && members.HasBelow(member.Key)))
            {
                _differences.Add(new FileDifference(
                    path, member.Package.Name, differs, member.Entry.LinkTarget ?? member.Entry.Digest?.ToString(), observed));
            }
        }
    }

    private void Add(ObservedMember file, ArchivedMember archived, FileState state, string? observed)
    {
        lock (_lock)
        {
            _differences.Add(new FileDifference(
                file.Path,
                archived.Package.Name,
                state,
                archived.Entry.LinkTarget ?? archived.Entry.Digest?.ToString(),
                observed));
        }
    }
}

/// <summary>What an environment has and no archive would take.</summary>
/// <param name="Added">Pipes, sockets and devices in the place of code.</param>
/// <param name="Missed">What the archive lacks, and what may not be read or has no name.</param>
internal sealed record UnarchivedFiles(IReadOnlyList<FileDifference> Added, IReadOnlyList<UncomparedPart> Missed)
{
    /// <summary>Finds it in the plan of the environment.</summary>
    public static UnarchivedFiles Of(PlannedTree own, string prefix, ArchiveDocument archive)
    {
        var passed = own.Sources.SelectMany(static source => source.LeftOut)
            .Where(file => file.Path.Length > prefix.Length + 1 && RealPath.IsWithin(file.Path, prefix)).ToList();
        var missed = archive.LeftOut.Concat(passed).Where(static file => file.IsMissed).DistinctBy(static file => file.Path).ToList();
        return new UnarchivedFiles(
            [.. passed.Where(file => file.Reason == TreeLoader.IsNoFile
                    && ObservedMember.IsWhereCodeIsFound(file.Path[(prefix.Length + 1)..], own.PythonFolder))
                .Select(static file => new FileDifference(file.Path, "files", FileState.Added, null, null))],
            missed.Count == 0 ? [] : [ToPart(missed)]);
    }

    private static UncomparedPart ToPart(List<SkippedFile> files)
    {
        var first = files.MinBy(static file => file.Path, StringComparer.Ordinal)!;
        return new UncomparedPart(
            UncomparedPart.Missed,
            files.Count,
            $"{files.Count} files or folders that the archive lacks: {first.Path}: {first.Reason}{(files.Count > 1 ? ", ..." : string.Empty)}",
            "make them readable, and archive the environment again")
        {
            Files = [.. files.Select(static file => file.Path)],
        };
    }
}
