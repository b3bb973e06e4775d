using Firn.Common;

namespace Firn.Python.Discovery;

/// <summary>Finds the distributions on a search path.</summary>
internal static class DistributionDiscovery
{
    /// <summary>Finds all distributions.</summary>
    /// <param name="searchPath">The entries of <c>sys.path</c>, or of pip's <c>--path</c>.</param>
    /// <param name="catalog">What lies on it, as far as somebody has looked.</param>
    /// <param name="rules">Whose rules.</param>
    /// <param name="problems">Receives what could not be read.</param>
    public static DiscoveryResult Find(
        IReadOnlyList<string> searchPath, SearchPathCatalog catalog, DiscoveryRules rules, List<Problem> problems) =>
        rules.Backend == DiscoveryBackend.Importlib
            ? new ImportlibFinder(catalog, rules, problems).Find(searchPath)
            : new PackageResourcesFinder(catalog, rules, problems).Find(searchPath);
}

/// <summary>How distributions are found. The default is what the newest pip does on a new Python.</summary>
internal sealed record DiscoveryRules
{
    /// <summary>Who looks.</summary>
    public DiscoveryBackend Backend { get; init; }

    /// <summary>importlib: the name comes from the file name (pip 24.2 and later), else from the metadata.</summary>
    public bool NamesFromFileNames { get; init; } = true;

    /// <summary>importlib: eggs inside a folder of the search path are found too (before pip 25.1).</summary>
    public bool ScansEggs { get; init; }

    /// <summary>pkg_resources: a <c>.dist-info</c> must be a folder (setuptools 67.5 and later, in pip 23.1).</summary>
    public bool DistInfoIsFolder { get; init; } = true;

    /// <summary>
    /// pkg_resources: names are looked at in code point order (setuptools 67.5 and later), else from the highest
    /// version downwards. In a zip file inside a folder an <c>.egg-info</c> counts since then too.
    /// </summary>
    public bool SortsByName { get; init; } = true;

    /// <summary>pkg_resources: a PKG-INFO stands in for a missing METADATA (pip 21.2 and 21.3).</summary>
    public bool FallsBackToPackageInfo { get; init; }

    /// <summary>Wheels on the search path are passed over (pip 22.2 and later, and pkg_resources always).</summary>
    public bool SkipsWheels { get; init; } = true;

    /// <summary>The newest rules.</summary>
    public static DiscoveryRules Newest { get; } = new();
}

/// <summary>Whose idea of an installed distribution is followed.</summary>
internal enum DiscoveryBackend
{
    /// <summary>Python's importlib.metadata, as pip uses it on Python 3.11 and later.</summary>
    Importlib,

    /// <summary>setuptools' pkg_resources, as pip uses it on older Pythons.</summary>
    PackageResources,
}

/// <summary>What was found on a search path.</summary>
/// <param name="Found">The distributions that count, in the order in which they were found.</param>
/// <param name="Shadowed">Those that a distribution of the same name hides, with the one that hides it.</param>
internal sealed record DiscoveryResult(
    IReadOnlyList<InstalledMetadata> Found, IReadOnlyList<ShadowedMetadata> Shadowed);

/// <summary>A distribution that is installed but hidden by another one of the same name.</summary>
/// <param name="Metadata">The hidden one.</param>
/// <param name="HiddenBy">The one that was found before it.</param>
internal sealed record ShadowedMetadata(InstalledMetadata Metadata, InstalledMetadata HiddenBy);

/// <summary>Gathers what is found; of two distributions with the same key the first one counts.</summary>
internal sealed class DiscoveryCollector
{
    private readonly Dictionary<string, InstalledMetadata> _byKey = new(StringComparer.Ordinal);
    private readonly List<InstalledMetadata> _found = [];
    private readonly List<ShadowedMetadata> _shadowed = [];

    /// <summary>Adds a distribution under its key.</summary>
    public void Add(string key, InstalledMetadata metadata)
    {
        if (_byKey.TryAdd(key, metadata))
        {
            _found.Add(metadata);
        }
        else
        {
            _shadowed.Add(new ShadowedMetadata(metadata, _byKey[key]));
        }
    }

    /// <summary>Adds a distribution that hides nothing and that nothing hides.</summary>
    public void AddAlways(InstalledMetadata metadata) => _found.Add(metadata);

    public DiscoveryResult ToResult() => new(_found, _shadowed);
}
