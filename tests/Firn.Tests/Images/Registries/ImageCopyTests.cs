using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Images.Documents;
using Firn.Images.Registries;
using Firn.Workflows.Images;

namespace Firn.Tests.Images.Registries;

/// <summary>Images of one and of several platforms between registries, layouts and archives.</summary>
public sealed class ImageCopyTests : IDisposable
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";
    private readonly RegistryFixture _fixture = new();

    private LoopbackRegistry Registry => _fixture.Registry;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Several_platforms_are_copied_whole()
    {
        var index = PutIndex();

        var copied = _fixture.Copy($"{_fixture.Name}:multi", $"oci:{_fixture["multi"]}:x");
        var back = _fixture.Copy($"oci:{_fixture["multi"]}:x", $"{Registry.Host}/lab/back:x");

        Assert.Equal((index, index), (copied.Digest, back.Digest));
        Assert.Equal(4, Registry.Manifests.Keys.Count(static key => key.StartsWith("lab/back:sha256:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("linux/amd64", "amd64")]
    [InlineData("arm64", "arm64")]
    [InlineData("linux/arm64/v8", "arm64")]
    public void One_platform_is_taken_by_its_name(string platform, string architecture)
    {
        PutIndex();

        var copied = _fixture.Copy($"{_fixture.Name}:multi", $"oci:{_fixture["one"]}:x", platform);

        using var manifest = JsonDocument.Parse(File.ReadAllBytes(_fixture[$"one/blobs/sha256/{copied.Digest[7..]}"]));
        var config = manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
        Assert.Contains($"\"architecture\":\"{architecture}\"", File.ReadAllText(_fixture[$"one/blobs/sha256/{config[7..]}"]));
        Assert.Single(Directory.GetFiles(_fixture["one/blobs/sha256"]), file => Path.GetFileName(file) == copied.Digest[7..]);
    }

    [Fact]
    public void A_platform_that_is_not_there_is_named_with_those_that_are()
    {
        PutIndex();
        _fixture.Fill();

        var failure = Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:multi", $"oci:{_fixture["one"]}:x", "linux/s390x"));
        Assert.Equal("it has: linux/amd64, linux/arm64", failure.Hint.ToString());
        failure = Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:1.0", $"oci:{_fixture["one"]}:x", "linux/s390x"));
        Assert.Contains("is for linux/amd64, and not for linux/s390x", failure.Message);
        Assert.False(Path.Exists(_fixture["one"]));
    }

    [Fact]
    public void An_index_that_names_what_is_missing_is_refused()
    {
        PutIndex();
        Registry.Manifests.TryRemove(Registry.Manifests.Keys.First(static key => key.StartsWith("lab/study:sha256:", StringComparison.Ordinal)
            && !key.EndsWith("multi", StringComparison.Ordinal)), out _);

        var failure = Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:multi", $"oci:{_fixture["one"]}:x"));

        Assert.Contains("which the registry does not have", failure.Message);
    }

    [Fact]
    public void An_index_in_itself_ends()
    {
        var inner = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{OciIndex}}","manifests":[]}""");
        var digest = Registry.Put(RegistryFixture.Repository, "deep", OciIndex, Encoding.UTF8.GetString(inner));
        var size = inner.Length;
        for (var i = 0; i < 8; i++)
        {
            var outer = $$"""{"schemaVersion":2,"mediaType":"{{OciIndex}}","manifests":[{"mediaType":"{{OciIndex}}","digest":"{{digest}}","size":{{size}} }]}""";
            (digest, size) = (Registry.Put(RegistryFixture.Repository, "deep", OciIndex, outer), outer.Length);
        }

        Assert.Contains("too many parts", Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:deep", $"oci:{_fixture["x"]}")).Message);
    }

    [Fact]
    public void Manifests_become_dockers_and_ocis_again()
    {
        PutIndex();

        var docker = _fixture.Copy($"{_fixture.Name}:multi", $"{Registry.Host}/lab/docker:x", format: ImageFormat.Docker);
        var again = _fixture.Copy($"{Registry.Host}/lab/docker:x", $"{Registry.Host}/lab/oci:x", format: ImageFormat.Oci);
        var same = _fixture.Copy($"{Registry.Host}/lab/docker:x", $"{Registry.Host}/lab/docker:y", format: ImageFormat.Docker);

        Assert.Equal(docker.Digest, same.Digest);
        var types = Registry.Manifests.Where(static manifest => manifest.Key.StartsWith("lab/docker:sha256:", StringComparison.Ordinal)).Select(static manifest => manifest.Value).ToList();
        Assert.Equal([MediaTypes.DockerIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifest], types.Select(static manifest => manifest.Type).Order());
        Assert.All(types, static manifest => Assert.DoesNotContain("vnd.oci", Encoding.UTF8.GetString(manifest.Content)));
        Assert.All(
            Registry.Manifests.Where(static manifest => manifest.Key.StartsWith("lab/oci:sha256:", StringComparison.Ordinal)),
            static manifest => Assert.DoesNotContain("vnd.docker", Encoding.UTF8.GetString(manifest.Value.Content)));
        Assert.Equal(again.Digest, _fixture.Copy($"{Registry.Host}/lab/oci:x", $"{Registry.Host}/lab/oci:y", format: ImageFormat.Oci).Digest);
    }

    [Fact]
    public void What_docker_has_no_word_for_is_refused()
    {
        _fixture.Fill();
        var manifest = Encoding.UTF8.GetString(Registry.Manifests[$"{RegistryFixture.Repository}:1.0"].Content).Replace("v1.tar", "v1.tar+zstd", StringComparison.Ordinal);
        Registry.Put(RegistryFixture.Repository, "zstd", OciManifest, manifest);

        var failure = Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:zstd", $"{Registry.Host}/lab/docker:x", format: ImageFormat.Docker));

        Assert.Contains("cannot be said in docker's format", failure.Message);
        Assert.DoesNotContain("lab/docker:x", Registry.Manifests.Keys);
    }

    [Fact]
    public void An_archive_is_the_same_file_each_time_and_keeps_the_digest()
    {
        _fixture.Fill();
        var pushed = _fixture.Copy($"{_fixture.Name}:1.0", $"docker-archive:{_fixture["a.tar"]}");
        _fixture.Copy($"oci:{_fixture["image"]}", $"docker-archive:{_fixture["b.tar"]}:{_fixture.Name}:1.0");

        var back = _fixture.Copy($"docker-archive:{_fixture["a.tar"]}:{_fixture.Name}:1.0", $"oci:{_fixture["back"]}:1.0");

        Assert.Equal(SHA256.HashData(File.ReadAllBytes(_fixture["a.tar"])), SHA256.HashData(File.ReadAllBytes(_fixture["b.tar"])));
        Assert.Equal(pushed.Digest, back.Digest);
        _fixture.MustBeWhole("back");
        Assert.Equal(["a.tar", "b.tar"], Directory.GetFiles(_fixture["."], "*.tar*").Select(Path.GetFileName).Order());
        var failure = Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:1.0", $"docker-archive:{_fixture["a.tar"]}"));
        Assert.Contains("is there already", failure.Message);
    }

    [Fact]
    public void A_pull_into_an_archive_that_fails_leaves_nothing()
    {
        _fixture.Fill();
        Registry.Blobs[LoopbackRegistry.DigestOf(RegistryFixture.LayerBytes(2))] = new byte[250_000];

        Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:1.0", $"docker-archive:{_fixture["a.tar"]}"));

        Assert.Empty(Directory.GetFiles(_fixture["."], "a.tar*"));
    }

    [Fact]
    public void An_archive_of_an_older_docker_gets_a_manifest()
    {
        using (var file = File.Create(_fixture["old.tar"]))
        using (var writer = new TarWriter(file))
        {
            void Add(string name, byte[] content) => writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            Add("abc/layer.tar", RegistryFixture.LayerBytes(7));
            Add("c.json", """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray());
            Add("manifest.json", """[{"Config":"c.json","RepoTags":["x:1"],"Layers":["abc/layer.tar"]},{"Config":"c.json","RepoTags":["y:1"],"Layers":[]}]"""u8.ToArray());
        }

        var pushed = _fixture.Copy($"docker-archive:{_fixture["old.tar"]}:x:1", $"{_fixture.Name}:old");

        Assert.Equal(2, pushed.BlobsSent);
        Assert.Contains(LoopbackRegistry.DigestOf(RegistryFixture.LayerBytes(7)), Registry.Blobs.Keys);
        Assert.Contains("of: x:1, y:1", Assert.Throws<FirnException>(() => _fixture.Copy($"docker-archive:{_fixture["old.tar"]}", $"{_fixture.Name}:old")).Hint.ToString());
    }

    [Theory]
    [InlineData("4611686018427387904", "4611686018427387904")]
    [InlineData("1", "2")]
    public void Sizes_that_cannot_be_are_refused(string first, string second)
    {
        var zeros = $"sha256:{new string('0', 64)}";
        string Blob(string size) => $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{zeros}}","size":{{size}} }""";
        Registry.Put(RegistryFixture.Repository, "lies", OciManifest, $$"""{"schemaVersion":2,"mediaType":"{{OciManifest}}","config":{{Blob(first)}},"layers":[{{Blob(second)}}]}""");

        Assert.Contains("sizes that cannot be", Assert.Throws<FirnException>(() => _fixture.Copy($"{_fixture.Name}:lies", $"docker-archive:{_fixture["x.tar"]}")).Message);
        Assert.Contains("sizes that cannot be", Assert.Throws<FirnException>(() => new InspectRemoteImage(_fixture.SystemContext).Run($"{_fixture.Name}:lies", access: _fixture.Access)).Message);
    }

    [Fact]
    public void A_layout_that_is_not_whole_is_named()
    {
        File.Delete(_fixture[$"image/blobs/sha256/{LoopbackRegistry.DigestOf(RegistryFixture.LayerBytes(2))[7..]}"]);

        Assert.Contains("is missing", _fixture.FailPush().Message);
    }

    [Fact]
    public void A_digest_names_what_it_must_be()
    {
        _fixture.Fill();
        var digest = LoopbackRegistry.DigestOf(Registry.Manifests[$"{RegistryFixture.Repository}:1.0"].Content);

        Assert.Equal(digest, _fixture.Copy($"{_fixture.Name}@{digest}", $"{Registry.Host}/lab/other@{digest}").Digest);
        Assert.DoesNotContain("lab/other:latest", Registry.Manifests.Keys);
        var wrong = $"sha256:{new string('0', 64)}";
        Assert.Contains($"and not the {wrong} that is named", Assert.Throws<FirnException>(() => _fixture.Copy($"oci:{_fixture["image"]}", $"{Registry.Host}/lab/other@{wrong}")).Message);
    }

    [Fact]
    public void Two_pulls_into_one_layout_at_once_leave_both_names()
    {
        _fixture.Fill();
        _fixture.WriteLayout("next", 1, 2, 4);
        _fixture.Copy($"oci:{_fixture["next"]}", $"{_fixture.Name}:2.0");
        List<string> tags = ["1.0", "2.0", "1.0", "2.0"];
        var threads = tags.Select((tag, number) => new Thread(() => _fixture.Copy($"{_fixture.Name}:{tag}", $"oci:{_fixture["both"]}:{tag}-{number}"))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        using var index = JsonDocument.Parse(File.ReadAllBytes(_fixture["both/index.json"]));
        Assert.Equal(
            ["1.0-0", "1.0-2", "2.0-1", "2.0-3"],
            index.RootElement.GetProperty("manifests").EnumerateArray().Select(static entry => entry.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString()).Order());
        Assert.All(Directory.GetFiles(_fixture["both/blobs/sha256"]), static file => Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));
    }

    [Fact]
    public void An_image_is_inspected_where_it_lies()
    {
        PutIndex();
        Registry.Server.Requests.Clear();

        var found = new InspectRemoteImage(_fixture.SystemContext).Run($"{_fixture.Name}:multi", "linux/arm64", _fixture.Access);

        Assert.Equal(("linux/arm64", 1, 250_000L), (found.Platform, found.LayerCount, found.Size));
        Assert.Equal("linux/amd64 linux/arm64", string.Join(' ', found.Platforms));
        Assert.Equal(2, Registry.Server.Requests.Count(static request => request.Path.Contains("/manifests/", StringComparison.Ordinal)));
        Assert.DoesNotContain(Registry.Server.Requests, static request => request.Path.EndsWith(LoopbackRegistry.DigestOf(RegistryFixture.LayerBytes(1)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_about_an_image_is_found_by_it(bool knowsReferrers)
    {
        using var fixture = new RegistryFixture(knowsReferrers);
        fixture.Fill();
        var subject = Sha256Digest.Of(fixture.Registry.Manifests[$"{RegistryFixture.Repository}:1.0"].Content);
        using var client = RegistryClient.Connect(new RegistryRepository(fixture.Registry.Host, RegistryFixture.Repository), fixture.Access.Options, fixture.SystemContext, CancellationToken.None);
        var referrers = new RegistryReferrers(client);
        Assert.Empty(referrers.List(subject, null, CancellationToken.None));

        foreach (var type in new[] { "application/x-one", "application/x-two", "application/x-one" })
        {
            var document = new ImageManifest
            {
                ArtifactType = type,
                Configuration = Descriptor.Of(MediaTypes.Empty, "{}"u8),
                Subject = new Descriptor(MediaTypes.Manifest, subject, 1),
            }.Write();
            referrers.Add(new FoundManifest(Descriptor.Of(MediaTypes.Manifest, document), document), CancellationToken.None);
        }

        Assert.Equal(["application/x-one", "application/x-two"], referrers.List(subject, null, CancellationToken.None).Select(static found => found.ArtifactType).Order());
        Assert.Equal("application/x-two", Assert.Single(referrers.List(subject, "application/x-two", CancellationToken.None)).ArtifactType);
        Assert.Equal(!knowsReferrers, fixture.Registry.Manifests.ContainsKey($"{RegistryFixture.Repository}:sha256-{subject.Hex}"));
    }

    /// <summary>Two platforms and what docker's builder says of one.</summary>
    private string PutIndex()
    {
        string Blob(byte[] content)
        {
            var digest = LoopbackRegistry.DigestOf(content);
            Registry.Blobs[digest] = content;
            return $"\"digest\":\"{digest}\",\"size\":{content.Length}";
        }

        string Manifest(string architecture, string layerType, int layer)
        {
            var config = Blob(Encoding.UTF8.GetBytes($$"""{"architecture":"{{architecture}}","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:{{new string('0', 64)}}"]} }""".Replace("] }", "]}", StringComparison.Ordinal)));
            var text = $$"""{"schemaVersion":2,"mediaType":"{{OciManifest}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json",{{config}} },"layers":[{"mediaType":"{{layerType}}",{{Blob(RegistryFixture.LayerBytes(layer))}} }],"annotations":{"a":"b"} }""";
            var digest = Registry.Put(RegistryFixture.Repository, $"part-{layer}", OciManifest, text);
            return $"\"mediaType\":\"{OciManifest}\",\"digest\":\"{digest}\",\"size\":{Encoding.UTF8.GetByteCount(text)}";
        }

        return Registry.Put(RegistryFixture.Repository, "multi", OciIndex, $$"""
            {"schemaVersion":2,"mediaType":"{{OciIndex}}","manifests":[
            { {{Manifest("amd64", "application/vnd.oci.image.layer.v1.tar+gzip", 1)}},"platform":{"architecture":"amd64","os":"linux"} },
            { {{Manifest("arm64", "application/vnd.oci.image.layer.v1.tar+gzip", 2)}},"platform":{"architecture":"arm64","os":"linux"} },
            { {{Manifest("unknown", "application/vnd.in-toto+json", 3)}},"platform":{"architecture":"unknown","os":"unknown"} }]}
            """);
    }
}
