namespace Firn.Python;

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
