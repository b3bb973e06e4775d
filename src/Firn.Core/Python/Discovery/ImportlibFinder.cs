using Firn.Common;
using Firn.Python.Metadata;

namespace Firn.Python.Discovery;

/// <summary>
/// Finds distributions as pip's importlib backend does (pip: metadata/importlib/_envs.py; CPython:
/// importlib/metadata/__init__.py, FastPath and Lookup).
/// </summary>
internal sealed class ImportlibFinder(SearchPathCatalog catalog, DiscoveryRules rules, List<Problem> problems)
{
    // An egg-info file holds its headers itself, which read_text('') leads to (CPython: Distribution.metadata).
    private static readonly string[] HeaderFiles = ["METADATA", "PKG-INFO", string.Empty];

    private readonly DiscoveryCollector _collector = new();

    /// <summary>Walks over the search path.</summary>
    public DiscoveryResult Find(IReadOnlyList<string> searchPath)
    {
        foreach (var entry in searchPath)
        {
            if (entry.Length == 0)
            {
                continue;
            }

            var listing = catalog.Of(entry);
            FindIn(entry, listing, entry, installedLocation: null);
            if (rules.ScansEggs)
            {
                FindEggs(entry, listing);
            }

            FindLinked(entry, listing);
        }

        return _collector.ToResult();
    }

    /// <summary>Names that mean the same are taken together, where the first of them stands.</summary>
    private void FindIn(string location, SearchPathListing listing, string entry, string? installedLocation)
    {
        if (rules.SkipsWheels && listing.Zip is not null && WheelName.IsValid(Path.GetFileName(location)))
        {
            return;
        }

        var groups = new Dictionary<string, List<string>?>(StringComparer.Ordinal);
        var order = new List<(string Key, string Name)>();
        var isEgg = Path.GetFileName(location).EndsWith(".egg", StringComparison.OrdinalIgnoreCase);
        var eggInfos = new List<string>();
        foreach (var (name, _) in listing.Candidates)
        {
            if (name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith(".egg-info", StringComparison.OrdinalIgnoreCase))
            {
                Group(groups, order, name);
            }
            else if (isEgg && name.Equals("egg-info", StringComparison.OrdinalIgnoreCase))
            {
                eggInfos.Add(name);
            }
        }

        foreach (var (key, name) in order)
        {
            AddOne(location, listing, name, entry, installedLocation);
            foreach (var other in groups[key] ?? [])
            {
                AddOne(location, listing, other, entry, installedLocation);
            }
        }

        foreach (var name in eggInfos)
        {
            AddOne(location, listing, name, entry, installedLocation);
        }
    }

    /// <summary>Most groups have one name, and need no list.</summary>
    private static void Group(Dictionary<string, List<string>?> groups, List<(string Key, string Name)> order, string name)
    {
        var stem = name.AsSpan(0, name.LastIndexOf('.'));
        var dash = stem.IndexOf('-');
        var key = CanonicalName.Of((dash < 0 ? stem : stem[..dash]).ToString());
        if (groups.TryAdd(key, null))
        {
            order.Add((key, name));
        }
        else
        {
            (groups[key] ??= []).Add(name);
        }
    }

    private void AddOne(string location, SearchPathListing listing, string fileName, string entry, string? installedLocation)
    {
        var (nameInFile, version) = NameAndVersion(fileName);
        var files = listing.FilesOf(fileName);
        var path = Path.Join(location, fileName);
        var name = rules.NamesFromFileNames && nameInFile is { Length: > 0 }
            ? nameInFile
            : files.Headers(HeaderFiles)?.FirstRedented("Name");
        if (name is null)
        {
            problems.Add(new Problem("metadata-without-name", path, "The metadata gives no name, so pip passes it over"));
            return;
        }

        var canonical = CanonicalName.Of(name);
        _collector.Add(canonical, new InstalledMetadata
        {
            Path = path,
            Kind = KindOf(fileName),
            Backend = DiscoveryBackend.Importlib,
            CanonicalName = rules.NamesFromFileNames ? canonical : CanonicalOfFileName(fileName) ?? canonical,
            FileNameName = nameInFile,
            FileNameVersion = version,
            Location = PythonPath.Pure(location),
            InstalledLocation = installedLocation ?? PythonPath.Pure(location),
            SearchPathEntry = entry,
            Files = files,
            HeaderFiles = HeaderFiles,
        });
    }

    /// <summary>pip: metadata/importlib/_compat.py parse_name_and_version_from_info_directory; case matters here.</summary>
    private static (string? Name, string? Version) NameAndVersion(string fileName)
    {
        var (stem, extension) = PythonText.SplitExtension(fileName);
        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        return extension switch
        {
            ".dist-info" when dash >= 0 => (stem[..dash], stem[(dash + 1)..]),
            ".egg-info" => (dash < 0 ? stem : stem[..dash], null),
            _ => (null, null),
        };
    }

    /// <summary>Before pip 24.2 the name in the file name decided only whether a distribution is valid.</summary>
    private static string? CanonicalOfFileName(string fileName)
    {
        var (stem, extension) = PythonText.SplitExtension(fileName);
        if (extension is not (".dist-info" or ".egg-info"))
        {
            return null;
        }

        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        var name = dash < 0 ? stem : stem[..dash];
        return name.Length == 0 ? null : CanonicalName.Of(name);
    }

    private static MetadataKind KindOf(string fileName) =>
        fileName.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase) ? MetadataKind.DistInfo
        : fileName.EndsWith(".egg-info", StringComparison.OrdinalIgnoreCase) ? MetadataKind.EggInfo
        : MetadataKind.Egg;

    /// <summary>Until pip 25.0 eggs were found by pkg_resources, and hid nothing.</summary>
    private void FindEggs(string location, SearchPathListing listing)
    {
        var finder = new PackageResourcesFinder(catalog, rules, problems);
        if (listing.Zip is not null)
        {
            finder.FindOn(location, location, isTop: false, _collector.AddAlways);
            return;
        }

        foreach (var (name, _) in listing.Candidates)
        {
            if (name.EndsWith(".egg", StringComparison.Ordinal))
            {
                finder.FindOn(Path.Join(location, name), location, isTop: false, _collector.AddAlways);
            }
        }
    }

    private void FindLinked(string location, SearchPathListing listing)
    {
        if (listing.Zip is not null)
        {
            return;
        }

        foreach (var (name, _) in listing.Candidates)
        {
            var isLink = name.Length > EggLink.Extension.Length
                && name.EndsWith(EggLink.Extension, StringComparison.Ordinal);
            if (isLink && EggLink.Target(PythonPath.Pure(location), name) is { } target)
            {
                var folder = PythonPath.Pure(target);
                FindIn(folder, catalog.Of(folder), location, PythonPath.Pure(location));
            }
        }
    }
}
