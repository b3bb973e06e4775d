using System.Runtime.Versioning;

namespace Firn.EndToEnd.Support;

/// <summary>An <c>environment.yml</c> of exact packages, as <c>conda env export</c> writes it.</summary>
[UnsupportedOSPlatform("windows")]
internal static class EnvironmentFile
{
    public static string Of(IEnumerable<string> channels, params IEnumerable<CondaPackageFile> packages) =>
        "name: test\nchannels:\n" + string.Concat(channels.Select(channel => $"  - {channel}\n")) + "  - nodefaults\ndependencies:\n"
        + string.Concat(packages.Select(package => $"  - {package.Name}={package.Version}={package.Build}\n"));
}
