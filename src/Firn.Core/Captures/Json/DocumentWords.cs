namespace Firn.Captures.Json;

/// <summary>The words of docs/formats/environment.md, in the order of the enumerations' members.</summary>
internal static class DocumentWords
{
    /// <summary>Of <see cref="Python.EnvironmentLayerKind"/>.</summary>
    public static readonly WordTable Layers =
        new("plain", "virtual-environment", "conda", "pixi", "pyenv", "uv-managed", "system");

    /// <summary>Of <see cref="Python.SearchPathKind"/>.</summary>
    public static readonly WordTable SearchPaths =
        new("python-path", "standard-library", "user-site", "site", "base-site", "pth-file");

    /// <summary>Of <see cref="Python.PathStyle"/>.</summary>
    public static readonly WordTable PathStyles = new("posix", "windows");

    /// <summary>Of <see cref="Python.Distributions.DistributionOwner"/>.</summary>
    public static readonly WordTable Owners = new("unknown", "pip", "uv", "poetry", "conda", "system", "other");
}
