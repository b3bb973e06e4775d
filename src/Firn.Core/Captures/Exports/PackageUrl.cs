using System.Text;
using Firn.Conda;
using Firn.Host.SystemPackages;
using Firn.Python.Distributions;

namespace Firn.Captures.Exports;

/// <summary>Package URLs (ECMA-427, purl): the types pypi, conda, deb and apk.</summary>
internal static class PackageUrl
{
    public static string Of(Distribution distribution) =>
        $"pkg:pypi/{Encode(distribution.CanonicalName)}{Version(distribution.Version)}";

    /// <summary>A conda package: no namespace; build, channel, subdir and type as qualifiers (conda-definition.json).</summary>
    public static string Of(CondaPackage package)
    {
        var url = new StringBuilder($"pkg:conda/{Encode(package.Name)}{Version(package.Version)}?");
        if (package.Build.Length > 0)
        {
            url.Append("build=").Append(Encode(package.Build)).Append('&');
        }

        if (package.ChannelName != CondaChannel.Unknown)
        {
            url.Append("channel=").Append(Encode(package.ChannelName)).Append('&');
        }

        if (package.Subdir is { } subdir)
        {
            url.Append("subdir=").Append(Encode(subdir)).Append('&');
        }

        var type = package.FileName.EndsWith(".tar.bz2", StringComparison.Ordinal) ? "tar.bz2" : "conda";
        return url.Append("type=").Append(type).ToString();
    }

    /// <param name="package">The system's package.</param>
    /// <param name="system"><c>ID</c> of os-release, which is purl's namespace.</param>
    public static string Of(SystemPackage package, string system)
    {
        var colon = package.Name.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? package.Name : package.Name[..colon];
        if (package.Manager == "rpm")
        {
            // purl has rpm's epoch among the qualifiers.
            var epoch = package.Version.IndexOf(':', StringComparison.Ordinal);
            var qualifier = epoch < 0 ? string.Empty : $"?epoch={Encode(package.Version[..epoch])}";
            return $"pkg:rpm/{Encode(system)}/{Encode(name)}{Version(package.Version[(epoch + 1)..])}{qualifier}";
        }

        var type = package.Manager == "apk" ? "apk" : "deb";
        var architecture = colon < 0 ? string.Empty : $"?arch={Encode(package.Name[(colon + 1)..])}";
        return $"pkg:{type}/{Encode(system)}/{Encode(name)}{Version(package.Version)}{architecture}";
    }

    /// <summary>An empty version, or qualifier, is left out with its separator.</summary>
    private static string Version(string version) => version.Length > 0 ? $"@{Encode(version)}" : string.Empty;

    /// <summary>Percent-encoded but for the unreserved characters; purl keeps the colon.</summary>
    private static string Encode(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}
