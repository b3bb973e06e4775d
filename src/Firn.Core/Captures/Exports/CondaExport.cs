using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Configuration;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;

namespace Firn.Captures.Exports;

/// <summary>Writes conda's own formats, from a prefix on disk or from a capture.</summary>
internal sealed class CondaExport
{
    private readonly CondaListing _listing;
    private readonly IReadOnlyList<string> _configuredChannels;

    private CondaExport(CondaListing listing, IReadOnlyList<string> configuredChannels) =>
        (_listing, _configuredChannels) = (listing, configuredChannels);

    /// <summary>The export of a prefix.</summary>
    public static CondaExport OfPrefix(
        CondaPrefix prefix, CondaRelease release, SystemContext systemContext, List<Problem> problems) =>
        new(CondaListing.Read(prefix, release, problems), ChannelSettingsReader.ReadChannels(prefix.Path, systemContext, problems));

    /// <summary>The export of a captured environment.</summary>
    public static CondaExport OfCapture(CondaFacts conda, string prefix, CondaRelease release)
    {
        var packages = new CondaPrefix
        {
            Path = prefix,
            Packages = conda.Packages,
            Platform = conda.Platform,
            VariableNames = conda.VariableNames,
        };
        var overwritten = conda.Packages
            .Where(package => conda.Overwritten.Contains(package.Name))
            .Select(package => new CondaOverwrittenPackage(package, string.Empty));
        var pip = new CondaPipView([.. conda.PipPackages.Select(package => Renamed(package, release))], [.. overwritten]);
        return new CondaExport(CondaListing.Of(packages, release, pip), conda.ConfiguredChannels);
    }

    /// <summary><c>conda list --export</c>.</summary>
    public string List() => CondaListExport.Write(_listing);

    /// <summary><c>conda list --explicit</c>.</summary>
    public string Explicit(ExplicitHashes hashes) => CondaExplicit.Write(_listing.Prefix, _listing.Release, hashes);

    /// <summary><c>conda env export</c>.</summary>
    /// <param name="name">The environment's name; its path where it is <see langword="null"/>.</param>
    /// <param name="withBuilds">Whether the build follows the version.</param>
    public string EnvironmentYaml(string? name, bool withBuilds) =>
        CondaEnvironmentYaml.Write(_listing, name ?? _listing.Prefix.Path, _configuredChannels, withBuilds);

    /// <summary>A capture keeps the names as the newest conda has them.</summary>
    private static CondaPipPackage Renamed(CondaPipPackage package, CondaRelease release) =>
        release.RenamesGraphviz && package.Name == "graphviz" ? package with { Name = "python-graphviz" } : package;
}
