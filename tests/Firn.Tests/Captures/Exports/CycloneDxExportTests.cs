using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Conda;
using Firn.Host.SystemPackages;
using Firn.Python.Distributions;
using Firn.Tests.Documents;

namespace Firn.Tests.Captures.Exports;

/// <summary>The bill of materials; that the official schema takes it is tested end to end.</summary>
public sealed class CycloneDxExportTests
{
    private static readonly Capture Full = FullCapture.Create();

    [Fact]
    public void Document_is_of_version_1_6_and_about_the_environment()
    {
        var root = Write(Full);

        Assert.Equal("CycloneDX", root.GetProperty("bomFormat").GetString());
        Assert.Equal("1.6", root.GetProperty("specVersion").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        var metadata = root.GetProperty("metadata");
        Assert.Equal("2026-03-01T12:30:15Z", metadata.GetProperty("timestamp").GetString());
        var about = metadata.GetProperty("component");
        Assert.Equal("platform", about.GetProperty("type").GetString());
        Assert.Equal("3.11.7", about.GetProperty("version").GetString());
        Assert.Equal(Full.EnvironmentId, Properties(about)["firn:environment-id"]);
        var tool = Assert.Single(metadata.GetProperty("tools").GetProperty("components").EnumerateArray());
        Assert.Equal("firn", tool.GetProperty("name").GetString());
        Assert.Equal("0.1.0", tool.GetProperty("version").GetString());
    }

    [Fact]
    public void Serial_number_is_of_the_environment_and_the_time()
    {
        var serial = Serial(Full);

        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", serial);
        Assert.Equal(serial, Serial(FullCapture.Create()));
        Assert.NotEqual(serial, Serial(Full with { Timestamp = Full.Timestamp.AddSeconds(1) }));
        Assert.NotEqual(serial, Serial(Full with { EnvironmentId = "firn1:sha256:00" }));
    }

    [Fact]
    public void Environment_depends_on_every_component_and_none_stands_twice()
    {
        var library = Full.NativeLibraries.Libraries[0];
        var twice = Full with
        {
            NativeLibraries = Full.NativeLibraries with { Libraries = [library, library with { Soname = "libc.so.6" }] },
            Distributions = [Full.Distributions[0], Full.Distributions[0]],
        };

        var root = Write(twice);

        var references = References(root);
        Assert.Equal(
            [
                "pkg:conda/numpy@1.26.0?build=py311h64a7726_0&channel=conda-forge&subdir=linux-64&type=conda",
                "pkg:deb/debian/libc6@2.36-9",
                "pkg:pypi/plain-pkg@1.0",
            ],
            references);
        var dependency = Assert.Single(root.GetProperty("dependencies").EnumerateArray());
        Assert.Equal(root.GetProperty("metadata").GetProperty("component").GetProperty("bom-ref").GetString(),
            dependency.GetProperty("ref").GetString());
        Assert.Equal(references, dependency.GetProperty("dependsOn").EnumerateArray().Select(item => item.GetString()!));
    }

    [Theory]
    [InlineData("Plain.Pkg_x", "1.0+cu118", "pkg:pypi/plain-pkg-x@1.0%2Bcu118")]
    [InlineData("a", "1!2.0", "pkg:pypi/a@1%212.0")]
    [InlineData("a", "1 0/é", "pkg:pypi/a@1%200%2F%C3%A9")]
    [InlineData("a", "", "pkg:pypi/a")]
    public void Package_url_of_a_distribution_is_encoded(string name, string version, string expected) =>
        Assert.Equal(expected, PackageUrl.Of(RequirementsExportTests.Plain(name, version)));

    [Theory]
    [InlineData("dpkg", "debian", "libstdc++6:amd64", "12.2.0-14", "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64")]
    [InlineData("dpkg", "ubuntu", "zlib1g", "1:1.3.dfsg~1", "pkg:deb/ubuntu/zlib1g@1:1.3.dfsg~1")]
    [InlineData("rpm", "fedora", "openblas-openmp", "0.3.29-1.fc42", "pkg:rpm/fedora/openblas-openmp@0.3.29-1.fc42")]
    [InlineData("rpm", "rhel", "openssl-libs", "1:3.2.2-6.el9", "pkg:rpm/rhel/openssl-libs@3.2.2-6.el9?epoch=1")]
    [InlineData("apk", "alpine", "musl", "1.2.4-r2", "pkg:apk/alpine/musl@1.2.4-r2")]
    public void Package_url_of_the_systems_package_is_encoded(
        string manager, string system, string name, string version, string expected) =>
        Assert.Equal(expected, PackageUrl.Of(new SystemPackage(manager, name, version), system));

    [Fact]
    public void Package_url_of_a_conda_package_leaves_out_what_is_unknown()
    {
        var package = Full.Conda!.Packages[0] with
        {
            Version = "1!2.0",
            FileName = "numpy-1!2.0-0.tar.bz2",
            ChannelName = CondaChannel.Unknown,
            Subdir = null,
        };

        Assert.Equal("pkg:conda/numpy@1%212.0?build=py311h64a7726_0&type=tar.bz2", PackageUrl.Of(package));
        Assert.Equal("pkg:conda/numpy@1%212.0?type=tar.bz2", PackageUrl.Of(package with { Build = string.Empty }));
    }

    [Fact]
    public void Hashes_are_those_of_archives_in_their_full_length()
    {
        var sha512 = new string('A', 128);
        var reference = new DirectReference("https://example.org/a-1.0.tar.gz")
        {
            Hashes = [$"sha512={sha512}", "sha256=00", $"crc={sha512}", $"md5={new string('g', 32)}", "broken"],
        };
        var capture = Full with
        {
            Distributions = [RequirementsExportTests.Plain("a", "1.0") with { DirectReference = reference, RecordedDigest = Full.Conda!.Packages[0].ContentDigest }],
        };

        var root = Write(capture);

        var archive = Component(root, "pkg:pypi/a@1.0");
        Assert.Equal([("SHA-512", sha512.ToLowerInvariant())], Hashes(archive));
        Assert.StartsWith("sha256:", Properties(archive)["firn:recorded-digest"], StringComparison.Ordinal);
        Assert.Equal(
            "https://example.org/a-1.0.tar.gz",
            Assert.Single(archive.GetProperty("externalReferences").EnumerateArray()).GetProperty("url").GetString());
        var numpy = Component(root, References(root)[0]);
        var package = Full.Conda.Packages[0];
        Assert.Equal([("MD5", package.Md5!), ("SHA-256", package.Sha256!)], Hashes(numpy));
        Assert.Equal("BSD-3-Clause", Properties(numpy)["firn:license"]);
    }

    [Fact]
    public void Url_that_is_none_is_left_out()
    {
        var reference = new DirectReference("https://example.org/a b.tar.gz");
        var capture = Full with { Distributions = [RequirementsExportTests.Plain("a", "") with { DirectReference = reference }] };

        var component = Component(Write(capture), "pkg:pypi/a");

        Assert.False(component.TryGetProperty("externalReferences", out _));
        Assert.False(component.TryGetProperty("hashes", out _));
        Assert.False(component.TryGetProperty("version", out _));
    }

    private static JsonElement Write(Capture capture)
    {
        using var document = JsonDocument.Parse(CycloneDxExport.Write(capture));
        return document.RootElement.Clone();
    }

    private static string Serial(Capture capture) => Write(capture).GetProperty("serialNumber").GetString()!;

    private static string[] References(JsonElement root) =>
        [.. root.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("bom-ref").GetString()!)];

    private static JsonElement Component(JsonElement root, string reference) => root.GetProperty("components")
        .EnumerateArray().Single(component => component.GetProperty("purl").GetString() == reference);

    private static IEnumerable<(string Algorithm, string Content)> Hashes(JsonElement component) =>
        component.GetProperty("hashes").EnumerateArray()
            .Select(hash => (hash.GetProperty("alg").GetString()!, hash.GetProperty("content").GetString()!));

    private static Dictionary<string, string> Properties(JsonElement component) =>
        component.GetProperty("properties").EnumerateArray().ToDictionary(
            property => property.GetProperty("name").GetString()!, property => property.GetProperty("value").GetString()!);
}
