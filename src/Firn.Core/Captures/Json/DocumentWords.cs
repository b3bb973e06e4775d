using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Json;

/// <summary>The words of docs/formats/environment.md.</summary>
internal static class DocumentWords
{
    public static readonly WordTable<EnvironmentLayerKind> Layers = new(
        (EnvironmentLayerKind.Plain, "plain"),
        (EnvironmentLayerKind.VirtualEnvironment, "virtual-environment"),
        (EnvironmentLayerKind.Conda, "conda"),
        (EnvironmentLayerKind.Pixi, "pixi"),
        (EnvironmentLayerKind.Pyenv, "pyenv"),
        (EnvironmentLayerKind.UvManaged, "uv-managed"),
        (EnvironmentLayerKind.System, "system"));

    public static readonly WordTable<SearchPathKind> SearchPaths = new(
        (SearchPathKind.Site, "site"),
        (SearchPathKind.PythonPath, "python-path"),
        (SearchPathKind.StandardLibrary, "standard-library"),
        (SearchPathKind.UserSite, "user-site"),
        (SearchPathKind.BaseSite, "base-site"),
        (SearchPathKind.PthFile, "pth-file"));

    public static readonly WordTable<PathStyle> PathStyles = new(
        (PathStyle.Posix, "posix"),
        (PathStyle.Windows, "windows"));

    public static readonly WordTable<DistributionOwner> Owners = new(
        (DistributionOwner.Unknown, "unknown"),
        (DistributionOwner.Pip, "pip"),
        (DistributionOwner.Uv, "uv"),
        (DistributionOwner.Poetry, "poetry"),
        (DistributionOwner.Conda, "conda"),
        (DistributionOwner.System, "system"),
        (DistributionOwner.Other, "other"));
}
