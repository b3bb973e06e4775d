using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Archives.Verification;

/// <summary>A file of an environment as it would be archived now.</summary>
/// <param name="Key">Its place, see <see cref="ArchivedMembers.KeyOf"/>.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">Who would be said to own it.</param>
/// <param name="Member">What its bundle would hold.</param>
internal sealed record ObservedMember(string Key, string Path, string Owner, BundleMember Member)
{
    /// <summary>Whether it is a distribution's RECORD, which is put together anew for every bundle.</summary>
    public bool IsRecord { get; private init; }

    /// <summary>Of bytecode: whether Python would take it for that of its source.</summary>
    public bool IsBytecodeInUse { get; private init; }

    /// <summary>Whether Python, the shell or the loader finds it by its place.</summary>
    public bool MayRun { get; private init; }

    /// <summary>The tree that it is in; scripts are read by its interpreters.</summary>
    public required InstalledTree Tree { get; init; }

    /// <summary>The members that a bundle would have.</summary>
    /// <exception cref="FirnException">A file cannot be read.</exception>
    public static List<ObservedMember> Of(PlannedBundle bundle, CancellationToken cancellation)
    {
        var members = bundle.Project is { } project ? project.Archive.Members
            : bundle.Conda is { } conda
                ? CondaPackageMembers.Read(conda.Record, bundle.Tree.Root, conda.Prefixes, cancellation).ToBundle()
                : (IReadOnlyList<BundleMember>)new MemberComposer(bundle).Compose();
        var files = new Dictionary<string, TreeFile>(bundle.Members.Count, StringComparer.Ordinal);
        foreach (var planned in bundle.Members)
        {
            files.TryAdd(planned.BundlePath, planned.File);
        }

        var found = new List<ObservedMember>(members.Count);
        foreach (var member in members)
        {
            if (ArchivedMembers.IsOfRepository(bundle.Kind, member.Path))
            {
                continue;
            }

            var file = files.GetValueOrDefault(member.Path);
            var key = ArchivedMembers.KeyOf(bundle.Kind, bundle.Name, member.Path, bundle.Prefix.PythonFolder);
            found.Add(new ObservedMember(key, PathOf(bundle, member, file), bundle.Name, member)
            {
                Tree = bundle.Tree,
                IsRecord = file is null && bundle.HasRecord && member.Path == bundle.MetadataPath + "/RECORD",
                IsBytecodeInUse = file is not null && IsInUse(bundle.Tree, file, bundle.Prefix),
                MayRun = bundle.Project is null
                    ? IsWhereCodeIsFound(key, bundle.Prefix.PythonFolder)
                    : System.IO.Path.GetExtension(member.Path) is ".py" or ".so" or ".pyd",
            });
        }

        return found;
    }

    /// <summary>Whether Python would take a bytecode file for that of its source.</summary>
    public static bool IsInUse(InstalledTree tree, TreeFile file, PlannedTree planned)
    {
        if (PycName.SourceOf(file.Path, planned.CacheTag) is not { } path || tree.Find(path) is not { } source)
        {
            return false;
        }

        // The times of what links lead to are Python's business too, but no reader's here: it may well be used.
        if (!file.Stat.IsRegularFile || !source.Stat.IsRegularFile)
        {
            return true;
        }

        Span<byte> start = stackalloc byte[PycHeader.MaxBytes];
        using var handle = BoundedFile.Open(tree.PathOf(file), out _);
        return handle is not null
            && new PycHeader(planned.CacheTag).IsValidFor(start[..RandomAccess.Read(handle, start, 0)], source.Stat);
    }

    private static string PathOf(PlannedBundle bundle, BundleMember member, TreeFile? file) =>
        file is not null ? bundle.Tree.PathOf(file)
        : bundle.Project is { } project ? System.IO.Path.Join(project.SpelledRoot, member.Path)
        : System.IO.Path.Join(bundle.Tree.Root, member.Path);

    /// <summary>What Python imports from, the programs, and the libraries right in <c>lib</c>, which run paths name.</summary>
    public static bool IsWhereCodeIsFound(string key, string pythonFolder)
    {
        var path = key.AsSpan();
        path = path.StartsWith(ArchivedMembers.OfInterpreter) ? path[ArchivedMembers.OfInterpreter.Length..] : path;
        return path.StartsWith("bin/")
            || path.StartsWith($"lib/{pythonFolder}/") || path.StartsWith($"lib64/{pythonFolder}/")
            || path.StartsWith("etc/conda/activate.d/") || path.StartsWith("etc/conda/deactivate.d/") || path.StartsWith("lib/R/library/")
            // The first folder of sys.path, where there is one: lib/python311.zip.
            || path.SequenceEqual($"lib/{pythonFolder.Replace(".", string.Empty, StringComparison.Ordinal)}.zip")
            || (path.StartsWith("lib/") && NativeFileName.Matches(System.Text.Encoding.UTF8.GetBytes(path.ToString())));
    }
}

/// <summary>Where the parts of an archive lie in an environment.</summary>
internal sealed class ObservedPaths
{
    private readonly Capture _observed;
    private readonly Dictionary<string, string> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _projects = new(StringComparer.Ordinal);

    /// <param name="observed">The environment.</param>
    /// <param name="trees">Its trees, its own first.</param>
    public ObservedPaths(Capture observed, IReadOnlyList<PlannedTree> trees)
    {
        _observed = observed;
        Own = trees[0];
        foreach (var distribution in observed.Distributions)
        {
            _sites[distribution.CanonicalName] = Path.GetDirectoryName(distribution.MetadataPath)!;
        }

        foreach (var bundle in trees.SelectMany(static tree => tree.Bundles))
        {
            if (bundle.Project is { } project)
            {
                _projects[bundle.Name] = project.SpelledRoot;
            }
        }
    }

    /// <summary>The environment's own tree.</summary>
    public PlannedTree Own { get; }

    public string Prefix => _observed.Environment.Prefix;

    /// <summary>The absolute path of a member, as far as it can be told where nothing is.</summary>
    public string PathOf(ArchivedMember member)
    {
        var path = member.Entry.Path;
        if (member.Package.Kind == ArchivedPackageKind.Project)
        {
            return Path.Join(_projects.GetValueOrDefault(member.Package.Name) ?? Path.Join(Prefix, member.Package.Root), path);
        }

        if (member.Package.Kind == ArchivedPackageKind.Interpreter)
        {
            return Path.Join(_observed.Environment.BasePrefix, path);
        }

        return member.Package.Kind == ArchivedPackageKind.Distribution
            ? PathOf(path, member.Package.Name, member.Tree)
            : Path.Join(Prefix, member.Key);
    }

    /// <summary>The absolute path of a file of a distribution: its site-packages may be another folder than the archive's.</summary>
    public string PathOf(string path, string distribution, ArchivedTree tree)
    {
        var site = $"lib/{tree.PythonFolder}/site-packages/";
        return path.StartsWith(site, StringComparison.Ordinal) && _sites.TryGetValue(distribution, out var folder)
            ? Path.Join(folder, path[site.Length..])
            : Path.Join(Prefix, path);
    }
}
