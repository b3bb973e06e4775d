using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda;
using Firn.Conda.Listings;

namespace Firn.Captures.Documents;

/// <summary>A conda environment in a document.</summary>
internal static class CondaJson
{
    public static void Write(CanonicalJsonWriter json, CondaFacts conda)
    {
        json.StartObject("conda");
        json.Strings("configured_channels", conda.ConfiguredChannels);
        json.Strings("overwritten", conda.Overwritten);
        json.StartArray("packages");
        foreach (var package in conda.Packages)
        {
            WritePackage(json, package);
        }

        json.EndArray();
        json.Strings("pinned_specs", conda.PinnedSpecs);
        json.StartArray("pip_packages");
        foreach (var package in conda.PipPackages)
        {
            json.StartObject();
            json.String("anchor", package.Anchor);
            json.Boolean("development", package.IsDevelopment);
            json.String("name", package.Name);
            json.String("version", package.Version);
            json.EndObject();
        }

        json.EndArray();
        json.String("platform", conda.Platform);
        json.String("release", conda.Release);
        json.Strings("requested_specs", conda.RequestedSpecs);
        json.Strings("variable_names", conda.VariableNames);
        json.EndObject();
    }

    public static CondaFacts? Read(JsonElement document) =>
        document.Object("conda") is not { } element
            ? null
            : new CondaFacts
            {
                Release = element.Text("release") ?? CondaRelease.Newest.Text,
                Platform = element.Text("platform") ?? "unknown",
                Packages = element.Objects("packages", ReadPackage),
                PipPackages = element.Objects("pip_packages", package => new CondaPipPackage(
                    package.RequiredText("name"),
                    package.Text("version") ?? string.Empty,
                    package.Text("anchor") ?? string.Empty,
                    package.Flag("development") ?? false)),
                Overwritten = element.Texts("overwritten"),
                RequestedSpecs = element.Texts("requested_specs"),
                PinnedSpecs = element.Texts("pinned_specs"),
                VariableNames = element.Texts("variable_names"),
                ConfiguredChannels = element.Texts("configured_channels"),
            };

    private static void WritePackage(CanonicalJsonWriter json, CondaPackage package)
    {
        json.StartObject();
        json.String("build", package.Build);
        json.Number("build_number", package.BuildNumber);
        json.String("channel", package.Channel);
        json.String("channel_name", package.ChannelName);
        json.Strings("constrains", package.Constrains);
        json.Strings("depends", package.Depends);
        json.String("file_name", package.FileName);
        json.Number("files", package.FileCount);
        json.String("license", package.License);
        json.String("md5", package.Md5);
        json.String("name", package.Name);
        json.String("noarch", package.Noarch);
        json.String("package_type", package.PackageType);
        json.String("recorded_digest", package.ContentDigest?.ToString());
        json.Strings("requested_specs", package.RequestedSpecs);
        json.String("sha256", package.Sha256);
        json.Number("size", package.Size);
        json.String("subdir", package.Subdir);
        json.Number("timestamp", package.Timestamp);
        json.String("url", package.Url);
        json.String("version", package.Version);
        json.EndObject();
    }

    private static CondaPackage ReadPackage(JsonElement element) => new()
    {
        Name = element.RequiredText("name"),
        Version = element.Text("version") ?? string.Empty,
        Build = element.Text("build") ?? string.Empty,
        BuildNumber = element.Number("build_number") ?? 0,
        Channel = element.Text("channel"),
        ChannelName = element.Text("channel_name") ?? CondaChannel.Unknown,
        Subdir = element.Text("subdir"),
        FileName = element.Text("file_name") ?? string.Empty,
        Url = element.Text("url"),
        Md5 = element.Text("md5"),
        Sha256 = element.Text("sha256"),
        Size = element.Number("size"),
        Timestamp = element.Number("timestamp"),
        Noarch = element.Text("noarch"),
        PackageType = element.Text("package_type"),
        License = element.Text("license"),
        Depends = element.Texts("depends"),
        Constrains = element.Texts("constrains"),
        RequestedSpecs = element.Texts("requested_specs"),
        ContentDigest = Sha256Digest.TryParse(element.Text("recorded_digest"), out var digest) ? digest : null,
        FileCount = element.Count("files"),
    };
}
