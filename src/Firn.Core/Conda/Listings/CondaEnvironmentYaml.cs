using System.Text;
using Firn.Common.Yaml;

namespace Firn.Conda.Listings;

/// <summary>
/// Writes what <c>conda env export [--no-builds]</c> prints (conda env/env.py <c>from_environment</c>; since 25.7
/// models/environment.py <c>from_prefix</c>). The values of variables are masked.
/// </summary>
internal static class CondaEnvironmentYaml
{
    private const string Masked = "<masked>";

    /// <param name="listing">The environment as that release sees it.</param>
    /// <param name="name">The environment's name; its path where it has none.</param>
    /// <param name="configuredChannels">The channels of conda's configuration, highest priority first; empty where none are.</param>
    /// <param name="withBuilds">Whether the build follows the version.</param>
    public static string Write(
        CondaListing listing, string name, IReadOnlyList<string> configuredChannels, bool withBuilds)
    {
        var asciiOnly = !listing.Release.WritesUnicodeYaml;
        // Before 4.14 an environment given by its path had no name.
        var first = name == listing.Prefix.Path && !listing.Release.NamesByPath
            ? "name: null"
            : YamlScalar.Member("name", name, asciiOnly);
        var text = new StringBuilder(4096).Append(first).Append('\n');
        Channels(text, listing, configuredChannels);
        Dependencies(text, listing, withBuilds);
        if (listing.Prefix.VariableNames.Length > 0)
        {
            text.Append("variables:\n");
            foreach (var variable in listing.Prefix.VariableNames)
            {
                text.Append("  ").Append(YamlScalar.Of(variable, asciiOnly)).Append(": ").Append(Masked).Append('\n');
            }
        }

        return text.Append(YamlScalar.Member("prefix", listing.Prefix.Path, asciiOnly)).Append('\n').ToString();
    }

    private static void Channels(StringBuilder text, CondaListing listing, IReadOnlyList<string> configured)
    {
        var channels = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var packagesFirst = listing.Release.ExportsPackageChannelsFirst;
        if (configured.Count == 0 && listing.Release.AddsDefaults)
        {
            configured = [CondaChannel.Defaults];
        }

        if (!packagesFirst)
        {
            AddAll(channels, seen, configured);
        }

        foreach (var row in listing.Rows)
        {
            if (row.Package is { } package && IsExported(package)
                && NameOf(package, listing.Release) is var channel
                && !(packagesFirst && channel == CondaChannel.Unknown) && seen.Add(channel))
            {
                // Before 25.7 each new channel went to the front.
                channels.Insert(packagesFirst ? channels.Count : 0, channel);
            }
        }

        if (packagesFirst)
        {
            AddAll(channels, seen, configured);
        }

        if (channels.Count > 0)
        {
            text.Append("channels:\n");
            foreach (var channel in channels)
            {
                text.Append("  - ").Append(YamlScalar.Of(channel, !listing.Release.WritesUnicodeYaml)).Append('\n');
            }
        }
    }

    private static string NameOf(CondaPackage package, CondaRelease release) => release.DecodesChannels
        ? package.ChannelName
        : CondaChannel.Parse(package.Channel ?? package.Url, decode: false).CanonicalName;

    private static void AddAll(List<string> channels, HashSet<string> seen, IReadOnlyList<string> configured)
    {
        foreach (var channel in configured)
        {
            if (seen.Add(channel))
            {
                channels.Add(channel);
            }
        }
    }

    private static void Dependencies(StringBuilder text, CondaListing listing, bool withBuilds)
    {
        var asciiOnly = !listing.Release.WritesUnicodeYaml;
        var indent = listing.Release.WritesUnicodeYaml ? "      - " : "    - ";
        var start = text.Append("dependencies:\n").Length;
        foreach (var row in listing.Rows)
        {
            if (row.Package is { } package && IsExported(package))
            {
                var spec = withBuilds ? package.Spec : $"{package.Name}={package.Version}";
                text.Append("  - ").Append(YamlScalar.Of(spec, asciiOnly)).Append('\n');
            }
        }

        var started = false;
        foreach (var row in listing.Rows)
        {
            if (row.Pip is { IsDevelopment: false } pip)
            {
                text.Append(started ? string.Empty : "  - pip:\n");
                text.Append(indent).Append(YamlScalar.Of($"{pip.Name}=={pip.Version}", asciiOnly)).Append('\n');
                started = true;
            }
        }

        if (text.Length == start)
        {
            text.Length = start - "dependencies:\n".Length;
            text.Append(listing.Release.WritesEmptyDependencies ? "dependencies: []\n" : string.Empty);
        }
    }

    /// <summary>Only these types are packages of conda to it (<c>get_conda_packages</c>).</summary>
    private static bool IsExported(CondaPackage package) =>
        package.PackageType is null or "noarch_generic" or "noarch_python";
}
