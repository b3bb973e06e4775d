using Firn.Common;

namespace Firn.Host.SystemPackages;

/// <summary>
/// Tells which package of the operating system a file is from, whichever manager the system has.
/// </summary>
internal sealed class SystemPackageOwners
{
    private readonly DpkgOwners _dpkg;
    private readonly ApkOwners _apk;
    private readonly RpmOwners _rpm;

    public SystemPackageOwners(SystemContext systemContext)
    {
        _dpkg = new DpkgOwners(systemContext);
        _apk = new ApkOwners(systemContext);
        _rpm = new RpmOwners(systemContext);
        Manager = _dpkg.IsPresent ? "dpkg" : _apk.IsPresent ? "apk" : _rpm.IsPresent ? "rpm" : null;
    }

    /// <summary><c>dpkg</c>, <c>apk</c>, <c>rpm</c>, or <see langword="null"/> where none is found.</summary>
    public string? Manager { get; }

    /// <summary>The owners of libraries; nothing for those that no package owns.</summary>
    /// <param name="paths">Absolute real paths, as the system has them (without the context's root).</param>
    /// <param name="architecture">The interpreter's architecture in dpkg's words, or <see langword="null"/>.</param>
    public Dictionary<string, SystemPackage> FindOwnersOfLibraries(IEnumerable<string> paths, string? architecture) =>
        Manager switch
        {
            "dpkg" => _dpkg.FindOwnersOfLibraries(paths, architecture),
            "apk" => _apk.FindPackagesOf(paths),
            "rpm" => _rpm.FindPackagesOf(paths),
            _ => new Dictionary<string, SystemPackage>(StringComparer.Ordinal),
        };

    /// <summary>The owners of any files and folders, for example <c>.dist-info</c> folders that apt installed.</summary>
    public Dictionary<string, SystemPackage> FindPackagesOf(IEnumerable<string> paths) => Manager switch
    {
        "dpkg" => _dpkg.FindPackagesOf(paths),
        "apk" => _apk.FindPackagesOf(paths),
        "rpm" => _rpm.FindPackagesOf(paths),
        _ => new Dictionary<string, SystemPackage>(StringComparer.Ordinal),
    };
}

/// <summary>A package of the operating system.</summary>
/// <param name="Manager"><c>dpkg</c>, <c>apk</c> or <c>rpm</c>.</param>
/// <param name="Name">Its name; of dpkg with <c>:ARCHITECTURE</c> where that is not the system's own.</param>
/// <param name="Version">Its full version; empty where the database does not tell.</param>
public sealed record SystemPackage(string Manager, string Name, string Version);
