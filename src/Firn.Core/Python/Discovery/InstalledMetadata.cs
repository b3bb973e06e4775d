using Firn.Python.Metadata;

namespace Firn.Python.Discovery;

/// <summary>
/// One distribution that was found on the search path. Names and versions are raw: which of them a tool shows is the
/// tool's own rule.
/// </summary>
internal sealed class InstalledMetadata
{
    /// <summary>The metadata's folder or file; inside a zip file, the zip's path and the path in it.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required MetadataKind Kind { get; init; }

    /// <summary>Who found it, and so whose rules hold for its name and version.</summary>
    public required DiscoveryBackend Backend { get; init; }

    /// <summary>The name by which two distributions are the same, as the backend derives it (PEP 503 form).</summary>
    public required string CanonicalName { get; init; }

    /// <summary>The name in the file name, as the backend reads it.</summary>
    public string? FileNameName { get; init; }

    /// <summary>The version in the file name, as the backend reads it.</summary>
    public string? FileNameVersion { get; init; }

    /// <summary>The folder that holds the distribution's modules: <c>dist.location</c>.</summary>
    public required string Location { get; init; }

    /// <summary>Where it counts as installed: <see cref="Location"/>, or the folder of the egg-link that leads there.</summary>
    public required string InstalledLocation { get; init; }

    /// <summary>The entry of the search path that led to it.</summary>
    public required string SearchPathEntry { get; init; }

    /// <summary>Its files.</summary>
    public required MetadataFiles Files { get; init; }

    /// <summary>The names of the files that may hold the headers; the first that is there and not empty counts.</summary>
    public required IReadOnlyList<string> HeaderFiles { get; init; }

    /// <summary>The headers; <see langword="null"/> where no file has any.</summary>
    public MetadataHeaders? Headers => Files.Headers(HeaderFiles);
}

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
