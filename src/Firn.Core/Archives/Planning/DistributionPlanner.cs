using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Common;
using Firn.Host.SystemPackages;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Archives.Planning;

/// <summary>Gives files to distributions, by what their metadata lists.</summary>
/// <param name="planned">The prefix that they are for.</param>
/// <param name="tree">The files.</param>
/// <param name="systemLists">The lists of the system's package manager.</param>
/// <param name="problems">Takes what is doubtful.</param>
internal sealed class DistributionPlanner(
    PlannedTree planned, InstalledTree tree, DpkgFileLists systemLists, List<Problem> problems)
{
    private readonly DistributionFileReader _reader = new();
    private readonly List<LikelyOwner> _likely = [];

    /// <summary>Plans the bundle of one distribution; metadata that is in none of the tree's folders gives none.</summary>
    public PlannedBundle? Plan(Distribution distribution)
    {
        if (SiteOf(distribution.MetadataPath) is not { } site)
        {
            return null;
        }

        if (tree.Find(InTree(site) ?? "\0") is { Stat.IsRegularFile: true } zip)
        {
            return PlanZip(distribution, zip);
        }

        var paths = new BundlePaths(site, tree.Root, planned.PythonFolder);
        var located = distribution with { MetadataPath = Path.Join(site, Path.GetFileName(distribution.MetadataPath)) };
        var files = _reader.Read(located, paths, SystemFilesOf(distribution));
        var bundle = new PlannedBundle
        {
            Kind = ArchivedPackageKind.Distribution,
            Name = distribution.CanonicalName,
            Version = distribution.Version,
            Prefix = planned,
            Tree = tree,
            Distribution = distribution,
            MetadataPath = paths.InBundle(Path.GetFileName(located.MetadataPath)),
            HasRecord = files.HasRecord,
            RecordsBytecode = files.RecordsBytecode,
        };
        foreach (var file in files.Files)
        {
            Give(bundle, file);
        }

        bundle.OtherRows.AddRange(files.OddRows);

        if (files.HasRecord && tree.Find(paths.OnDisk(Path.GetFileName(located.MetadataPath) + "/RECORD")) is { } record)
        {
            record.Use = TreeFileUse.Derived;
            record.Owner = bundle;
        }

        var metadata = Path.GetFileName(located.MetadataPath);
        // An egg is a folder with all of one distribution.
        var own = metadata == "EGG-INFO" ? paths.OnDisk(string.Empty).TrimEnd('/') : paths.OnDisk(metadata);
        _likely.Add(new LikelyOwner(bundle, paths, [.. files.Likely, own]));
        return bundle;
    }

    /// <summary>A zipped egg or wheel on <c>sys.path</c>: one file, which holds the metadata too.</summary>
    private PlannedBundle PlanZip(Distribution distribution, TreeFile zip)
    {
        var paths = new BundlePaths(Path.GetDirectoryName(tree.PathOf(zip))!, tree.Root, planned.PythonFolder);
        var path = paths.InBundle(Path.GetFileName(zip.Path));
        var bundle = new PlannedBundle
        {
            Kind = ArchivedPackageKind.Distribution,
            Name = distribution.CanonicalName,
            Version = distribution.Version,
            Prefix = planned,
            Tree = tree,
            Distribution = distribution,
            MetadataPath = $"{path}/{Path.GetFileName(distribution.MetadataPath)}",
        };
        if (zip.Use == TreeFileUse.None)
        {
            // Where it holds several distributions, it is the first one's.
            bundle.Take(zip, path, MemberForm.AsIs);
        }

        return bundle;
    }

    /// <summary>
    /// Gives what nobody owns to those whose metadata names no files, and files in a metadata folder to its distribution.
    /// </summary>
    public void GiveLikely()
    {
        if (_likely.Count == 0)
        {
            return;
        }

        var owners = new Dictionary<string, LikelyOwner>(StringComparer.Ordinal);
        foreach (var likely in _likely)
        {
            foreach (var path in likely.Files)
            {
                owners.TryAdd(path, likely);
            }
        }

        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && OwnerOf(file.Path, owners) is { } owner
                && !PycName.IsInCache(file.Path))
            {
                GiveUnlisted(owner.Bundle, owner.Paths, file);
            }
        }
    }

    private void Give(PlannedBundle bundle, RecordedFile recorded)
    {
        if (tree.Find(recorded.Path) is not { } file)
        {
            if (recorded.Role is RecordedFileRole.Member or RecordedFileRole.Script)
            {
                bundle.OtherRows.Add(recorded);
                bundle.Missing.Add(recorded);
            }

            return;
        }

        if (file.Use != TreeFileUse.None)
        {
            if (file.Owner != bundle)
            {
                problems.Add(new Problem(
                    "file-owned-twice",
                    tree.PathOf(file),
                    $"{bundle.Name} and {file.Owner?.Name ?? "another package"} both list this file; it is archived once"));
            }

            // A second row of the same distribution is one more row of RECORD, too.
            if (recorded.Role is RecordedFileRole.Member or RecordedFileRole.Script)
            {
                bundle.OtherRows.Add(recorded);
            }

            return;
        }

        var form = recorded.Role == RecordedFileRole.Script ? MemberForm.Script
            : IsPath(recorded) ? MemberForm.PrefixText
            : MemberForm.AsIs;
        if (recorded.Role is RecordedFileRole.Member or RecordedFileRole.Script)
        {
            bundle.Take(file, recorded.BundlePath, form, recorded);
            return;
        }

        file.Use = TreeFileUse.Document;
        file.Owner = bundle;
        var list = recorded.Role switch
        {
            RecordedFileRole.Launcher => bundle.Launchers,
            RecordedFileRole.InstallerFile => bundle.InstallerFiles,
            _ => bundle.LinkFiles,
        };
        list.Add(new PlannedMember(recorded.BundlePath, file, MemberForm.AsIs, recorded));
    }

    /// <summary>A <c>.pth</c> file right in site-packages, where Python reads it.</summary>
    private static bool IsPath(RecordedFile recorded) =>
        recorded.BundlePath.EndsWith(".pth", StringComparison.Ordinal)
        && recorded.BundlePath.AsSpan(0, recorded.BundlePath.LastIndexOf('/')).EndsWith("/site-packages");

    private static void GiveUnlisted(PlannedBundle bundle, BundlePaths paths, TreeFile file)
    {
        var inSite = file.Path[paths.OnDisk(string.Empty).Length..];
        var name = inSite[(inSite.LastIndexOf('/') + 1)..];
        if (bundle.HasRecord && InstallerFileNames.Contains(name.AsSpan()))
        {
            // An installer that does not list its own file: REQUESTED of some.
            file.Use = TreeFileUse.Document;
            file.Owner = bundle;
            bundle.InstallerFiles.Add(new PlannedMember(paths.InBundle(inSite), file, MemberForm.AsIs));
        }
        else if (!bundle.HasRecord)
        {
            bundle.Take(file, paths.InBundle(inSite), MemberForm.AsIs);
        }
    }

    private static LikelyOwner? OwnerOf(string path, Dictionary<string, LikelyOwner> owners)
    {
        if (owners.TryGetValue(path, out var owner))
        {
            return owner;
        }

        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (owners.TryGetValue(path[..slash], out owner))
            {
                return owner;
            }
        }

        return null;
    }

    /// <summary>The folder of the metadata as the tree spells it; <see langword="null"/> where it lies elsewhere.</summary>
    private string? SiteOf(string metadataPath)
    {
        var site = Path.GetDirectoryName(metadataPath) ?? metadataPath;
        if (tree.Find(InTree(Path.Join(metadataPath, "METADATA")) ?? "\0") is not null)
        {
            return site;
        }

        // lib64 is a link to lib in most virtual environments, and lib may be one to another disk.
        return tree.PlaceOf(site) is { } place ? place.Length == 0 ? tree.Root : $"{tree.Root}/{place}" : null;
    }

    private string? InTree(string path) =>
        path.Length > tree.Root.Length + 1 && path[tree.Root.Length] == '/'
        && path.StartsWith(tree.Root, StringComparison.Ordinal)
            ? path[(tree.Root.Length + 1)..]
            : null;

    private List<string> SystemFilesOf(Distribution distribution) =>
        distribution.SystemPackage is { } package
            ? systemLists.PathsOf(package.Split('=')[0])
            : [];

    private sealed record LikelyOwner(PlannedBundle Bundle, BundlePaths Paths, IReadOnlyList<string> Files);
}
