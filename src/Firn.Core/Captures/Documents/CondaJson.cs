using Firn.Common.Json;
using Firn.Conda;
using Firn.Conda.Listings;

namespace Firn.Captures.Documents;

/// <summary>A conda environment in a document.</summary>
internal static class CondaJson
{
    public static CondaFacts Table(JsonMembers json, CondaFacts? conda) => new()
    {
        ConfiguredChannels = json.Texts("configured_channels", conda?.ConfiguredChannels),
        Overwritten = json.Texts("overwritten", conda?.Overwritten),
        Packages = json.Objects("packages", conda?.Packages, Package),
        PinnedSpecs = json.Texts("pinned_specs", conda?.PinnedSpecs),
        PipPackages = json.Objects("pip_packages", conda?.PipPackages, PipPackage),
        Platform = json.Text("platform", conda?.Platform) ?? "unknown",
        Release = json.Text("release", conda?.Release) ?? CondaRelease.Newest.Text,
        RequestedSpecs = json.Texts("requested_specs", conda?.RequestedSpecs),
        VariableNames = json.Texts("variable_names", conda?.VariableNames),
    };

    private static CondaPackage Package(JsonMembers json, CondaPackage? package) => new()
    {
        Build = json.Text("build", package?.Build) ?? string.Empty,
        BuildNumber = json.Number("build_number", package?.BuildNumber) ?? 0,
        Channel = json.Text("channel", package?.Channel),
        ChannelName = json.Text("channel_name", package?.ChannelName) ?? CondaChannel.Unknown,
        Constrains = json.Texts("constrains", package?.Constrains),
        Depends = json.Texts("depends", package?.Depends),
        FileName = json.Text("file_name", package?.FileName) ?? string.Empty,
        FileCount = json.Count("files", package?.FileCount),
        License = json.Text("license", package?.License),
        Md5 = json.Text("md5", package?.Md5),
        Name = json.RequiredText("name", package?.Name),
        Noarch = json.Text("noarch", package?.Noarch),
        PackageType = json.Text("package_type", package?.PackageType),
        ContentDigest = json.Digest("recorded_digest", package?.ContentDigest),
        RequestedSpecs = json.Texts("requested_specs", package?.RequestedSpecs),
        Sha256 = json.Text("sha256", package?.Sha256),
        Size = json.Number("size", package?.Size),
        Subdir = json.Text("subdir", package?.Subdir),
        Timestamp = json.Number("timestamp", package?.Timestamp),
        Url = json.Text("url", package?.Url),
        Version = json.Text("version", package?.Version) ?? string.Empty,
    };

    private static CondaPipPackage PipPackage(JsonMembers json, CondaPipPackage? package) => new(
        Anchor: json.Text("anchor", package?.Anchor) ?? string.Empty,
        IsDevelopment: json.Flag("development", package?.IsDevelopment) ?? false,
        Name: json.RequiredText("name", package?.Name),
        Version: json.Text("version", package?.Version) ?? string.Empty);
}
