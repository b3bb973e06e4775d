namespace Firn.Python;

/// <summary>What an installed distribution's metadata is.</summary>
internal enum MetadataKind
{
    /// <summary>A <c>.dist-info</c>, which should be a folder.</summary>
    DistInfo,

    /// <summary>An <c>.egg-info</c>, a folder or a single file.</summary>
    EggInfo,

    /// <summary>The <c>EGG-INFO</c> of an egg.</summary>
    Egg,
}
