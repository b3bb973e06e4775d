using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Metadata;
using Firn.Python.Versions;

namespace Firn.Python.Discovery;

/// <summary>
/// Finds distributions as pip's older backend does, through setuptools' pkg_resources (pip:
/// _vendor/pkg_resources/__init__.py, WorkingSet.add_entry, find_on_path, distributions_from_metadata).
/// </summary>
internal sealed class PackageResourcesFinder(SearchPathCatalog catalog, DiscoveryRules rules, List<Problem> problems)
{
    private static readonly string[] None = [];
    private static readonly string[] Itself = [string.Empty];
    private static readonly string[] Metadata = ["METADATA"];
    private static readonly string[] MetadataOrPackageInfo = ["METADATA", "PKG-INFO"];
    private static readonly string[] PackageInfo = ["PKG-INFO"];

    /// <summary>Walks over the search path.</summary>
    public DiscoveryResult Find(IReadOnlyList<string> searchPath)
    {
        var collector = new DiscoveryCollector();
        foreach (var entry in searchPath)
        {
            FindOn(entry, entry, isTop: true, found => collector.Add(found.FileNameName!.ToLowerInvariant(), found));
        }

        return collector.ToResult();
    }

    /// <summary>Finds the distributions on one path; those nested in it only where it is not the top.</summary>
    public void FindOn(string path, string entry, bool isTop, Action<InstalledMetadata> add)
    {
        if (Directory.Exists(path))
        {
            FindInFolder(RealPath.Of(path), entry, isTop, add);
        }
        else if (path.Length > 0 && !path.EndsWith(".whl", StringComparison.Ordinal) && catalog.Of(path) is { Zip: { } zip } listing)
        {
            FindInZip(path, listing, zip, entry, isTop, add);
        }
    }

    private void FindInFolder(string folder, string entry, bool isTop, Action<InstalledMetadata> add)
    {
        var listing = catalog.Of(folder);
        if (IsUnpackedEgg(folder))
        {
            AddEgg(folder, listing, entry, add);
            return;
        }

        if (listing.Status is FileReadStatus.Denied or FileReadStatus.Unreadable)
        {
            problems.Add(new Problem("folder-unreadable", folder, "The folder on the search path cannot be listed"));
        }

        var names = new List<MetadataFileName>();
        foreach (var child in listing.Candidates)
        {
            if (IsMetadata(folder, child, out var isFolder))
            {
                names.Add(new MetadataFileName(child.Name, isFolder));
            }
            else if (!isTop)
            {
                FindNested(folder, child.Name, entry, add);
            }
        }

        Sort(names);
        foreach (var name in names)
        {
            AddMetadata(folder, listing, name, entry, add);
        }
    }

    private bool IsMetadata(string folder, DirectoryEntry child, out bool isFolder)
    {
        isFolder = false;
        var isEggInfo = child.Name.EndsWith(".egg-info", StringComparison.OrdinalIgnoreCase);
        if (!isEggInfo && !child.Name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        isFolder = child.Kind == DirectoryEntryKind.Directory
            || (child.Kind == DirectoryEntryKind.Link && Directory.Exists(Path.Join(folder, child.Name)));
        return isEggInfo || isFolder || !rules.DistInfoIsFolder;
    }

    private void FindNested(string folder, string name, string entry, Action<InstalledMetadata> add)
    {
        if (name.EndsWith(".egg", StringComparison.OrdinalIgnoreCase))
        {
            var path = Path.Join(folder, name);
            if (IsUnpackedEgg(path) || File.Exists(path))
            {
                FindOn(path, entry, isTop: true, add);
            }
        }
    }

    private void Sort(List<MetadataFileName> names)
    {
        if (rules.SortsByName)
        {
            names.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        }
        else
        {
            PackageResourcesOrder.SortDescending(names);
        }
    }

    private void AddMetadata(
        string folder, SearchPathListing listing, MetadataFileName named, string entry, Action<InstalledMetadata> add)
    {
        var (name, isFolder) = named;
        var path = Path.Join(folder, name);
        var files = listing.FilesOf(name);
        var isDistInfo = name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase);
        var headerFiles = isFolder
            ? (!isDistInfo ? PackageInfo : rules.FallsBackToPackageInfo ? MetadataOrPackageInfo : Metadata)
            : (isDistInfo && !rules.FallsBackToPackageInfo ? None : Itself);
        // A folder that has headers need not be listed to know that it is not empty.
        if (!isFolder || files.Headers(headerFiles) is not null || !IsEmpty(path))
        {
            add(Create(folder, name, path, entry, files, headerFiles));
        }
    }

    private static bool IsEmpty(string folder) =>
        DirectoryReader.List(folder, out var status).Count == 0 && status == FileReadStatus.Read;

    private static InstalledMetadata Create(
        string location, string fileName, string path, string entry, MetadataFiles files, string[] headerFiles)
    {
        var (stem, extension) = PythonText.SplitExtension(fileName);
        var (name, version) = EggName.Parse(stem);
        var project = PythonText.SafeName(name is { Length: > 0 } ? name : "Unknown");
        return new InstalledMetadata
        {
            Path = path,
            Kind = extension.ToUpperInvariant() switch
            {
                ".DIST-INFO" => MetadataKind.DistInfo,
                ".EGG-INFO" => MetadataKind.EggInfo,
                _ => MetadataKind.Egg,
            },
            Backend = DiscoveryBackend.PackageResources,
            CanonicalName = CanonicalName.Of(project),
            FileNameName = project,
            FileNameVersion = version is null ? null : EggName.SafeVersion(version),
            Location = location,
            InstalledLocation = location,
            SearchPathEntry = entry,
            Files = files,
            HeaderFiles = headerFiles,
        };
    }

    private static bool IsUnpackedEgg(string path) =>
        path.EndsWith(".egg", StringComparison.OrdinalIgnoreCase) && File.Exists(Path.Join(path, "EGG-INFO", "PKG-INFO"));

    private static void AddEgg(string path, SearchPathListing listing, string entry, Action<InstalledMetadata> add) =>
        add(Create(path, Path.GetFileName(path), Path.Join(path, "EGG-INFO"), entry, listing.FilesOf("EGG-INFO"), PackageInfo));

    private void FindInZip(
        string path, SearchPathListing listing, ZipFiles zip, string entry, bool isTop, Action<InstalledMetadata> add)
    {
        if (zip.Names.Contains("EGG-INFO/PKG-INFO"))
        {
            AddEgg(path, listing, entry, add);
        }

        if (isTop)
        {
            return;
        }

        foreach (var (name, _) in listing.Candidates)
        {
            var isEggInfo = name.EndsWith(".egg-info", StringComparison.OrdinalIgnoreCase);
            if (name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase) || (isEggInfo && rules.SortsByName))
            {
                var headerFiles = isEggInfo ? PackageInfo : Metadata;
                add(Create(path, name, Path.Join(path, name), entry, listing.FilesOf(name), headerFiles));
            }
        }
    }
}

/// <summary>A file name in a folder of the search path that stands for a distribution.</summary>
/// <param name="Name">The file name.</param>
/// <param name="IsFolder">Whether it is a folder, links followed.</param>
internal sealed record MetadataFileName(string Name, bool IsFolder);

/// <summary>
/// The order in which pkg_resources looked at file names before setuptools 67.5: each part between dashes is a
/// version, and the highest comes first (pip until 23.0: _vendor/pkg_resources, _by_version_descending).
/// </summary>
internal static class PackageResourcesOrder
{
    /// <summary>Sorts the names; those that are equal keep their order.</summary>
    public static void SortDescending(List<MetadataFileName> names)
    {
        var keyed = new List<KeyedName>(names.Count);
        foreach (var name in names)
        {
            keyed.Add(new KeyedName(KeyOf(name.Name), keyed.Count, name));
        }

        keyed.Sort(static (left, right) =>
        {
            var order = Compare(right.Key, left.Key);
            return order != 0 ? order : left.Place.CompareTo(right.Place);
        });
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = keyed[i].Name;
        }
    }

    private static LegacyVersion[] KeyOf(string fileName)
    {
        var (stem, extension) = PythonText.SplitExtension(fileName);
        var parts = stem.Split('-');
        var key = new LegacyVersion[parts.Length + 1];
        for (var i = 0; i < parts.Length; i++)
        {
            key[i] = LegacyVersion.Parse(parts[i]);
        }

        key[^1] = LegacyVersion.Parse(extension);
        return key;
    }

    private static int Compare(LegacyVersion[] left, LegacyVersion[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = left[i].CompareTo(right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private sealed record KeyedName(LegacyVersion[] Key, int Place, MetadataFileName Name);
}
