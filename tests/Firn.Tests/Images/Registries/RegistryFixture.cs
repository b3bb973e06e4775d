using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Firn.Images.Registries;
using Firn.Tests.Fetching;
using Firn.Workflows.Images;

namespace Firn.Tests.Images.Registries;

/// <summary>A registry, an image in a layout, and quick tries.</summary>
internal sealed class RegistryFixture : IDisposable
{
    /// <summary>A layer has two and a half of it.</summary>
    public const int Chunk = 100_000;

    public const string Repository = "lab/study";

    private readonly TemporaryFolder _home = new();

    public RegistryFixture(bool knowsReferrers = false)
    {
        Registry = new LoopbackRegistry { KnowsReferrers = knowsReferrers };
        WriteLayout("image", 1, 2, 3);
    }

    public LoopbackRegistry Registry { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public string Name => $"{Registry.Host}/{Repository}";

    public string this[string path] => _home[path];

    public RegistryAccess Access { get; init; } = new()
    {
        Base = new RegistryOptions { ChunkSize = Chunk, Fetching = FetchSamples.Options with { MaxPerHost = 16, StallTimeout = TimeSpan.FromSeconds(5) } },
    };

    public SystemContext SystemContext => FetchSamples.SystemContext(_home, [.. Variables.Select(static pair => (pair.Key, pair.Value))]);

    public string Write(string path, string content) => _home.Write(path, content);

    /// <summary>An image with a layer of 250,000 bytes for each number.</summary>
    /// <returns>The digest of its manifest.</returns>
    public string WriteLayout(string folder, params int[] layers)
    {
        string Blob(byte[] content)
        {
            var digest = LoopbackRegistry.DigestOf(content);
            _home.Write($"{folder}/blobs/sha256/{digest[7..]}", content);
            return $"\"digest\":\"{digest}\",\"size\":{content.Length}";
        }

        var config = Blob(Encoding.UTF8.GetBytes("""{"architecture":"amd64","os":"linux","config":{"Env":["A=b"]},"rootfs":{"type":"layers","diff_ids":[]}}"""));
        var listed = layers.Select(layer => $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar",{{Blob(LayerBytes(layer))}}}""");
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",{{config}} },"layers":[{{string.Join(',', listed)}}]}""");
        var root = Blob(manifest);
        _home.Write($"{folder}/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        _home.Write($"{folder}/index.json", $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",{{root}},"annotations":{"org.opencontainers.image.ref.name":"1.0"} }]}""");
        return LoopbackRegistry.DigestOf(manifest);
    }

    public static byte[] LayerBytes(int seed)
    {
        var bytes = new byte[Chunk * 5 / 2];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Puts the image into the registry as if somebody else had.</summary>
    public void Fill()
    {
        foreach (var file in Directory.GetFiles(this["image/blobs/sha256"]))
        {
            Registry.Blobs[$"sha256:{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
        }

        using var index = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(this["image/index.json"]));
        var digest = index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
        Registry.Put(Repository, "1.0", "application/vnd.oci.image.manifest.v1+json", File.ReadAllText(this[$"image/blobs/sha256/{digest[7..]}"]));
    }

    public CopiedImage Copy(string source, string target, string? platform = null, ImageFormat format = ImageFormat.Unchanged, CancellationToken cancellation = default) =>
        new CopyImage(SystemContext).Run(
            new CopyImageRequest { Source = source, Target = target, Registry = Access, Platform = platform, Format = format }, cancellation: cancellation);

    public CopiedImage Push(string folder = "image", string tag = "1.0") => Copy($"oci:{this[folder]}", $"{Name}:{tag}");

    public CopiedImage Pull(string folder = "pulled") => Copy($"{Name}:1.0", $"oci:{this[folder]}:1.0");

    /// <summary>A push that fails: one line, and no tag.</summary>
    public FirnException FailPush()
    {
        var failure = Assert.Throws<FirnException>(() => Push());
        Check(failure);
        Assert.DoesNotContain($"{Repository}:1.0", Registry.Manifests.Keys);
        return failure;
    }

    /// <summary>A pull that fails: one line, and no name.</summary>
    public FirnException FailPull()
    {
        var failure = Assert.Throws<FirnException>(() => Pull());
        Check(failure);
        Assert.False(File.Exists(this["pulled/index.json"]));
        return failure;
    }

    /// <summary>Every blob of a layout is what its name says, and what its index names is there.</summary>
    public void MustBeWhole(string folder)
    {
        var files = Directory.GetFiles(this[$"{folder}/blobs/sha256"]);
        Assert.All(files, file => Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));
        Assert.Equal(Directory.GetFiles(this["image/blobs/sha256"]).Select(Path.GetFileName).Order(), files.Select(Path.GetFileName).Order());
        Assert.False(Directory.Exists(this[$"{folder}/.firn-partial"]));
    }

    public void Dispose()
    {
        Registry.Dispose();
        _home.Dispose();
    }

    private static void Check(FirnException failure)
    {
        Assert.DoesNotContain('\n', failure.Message);
        Assert.DoesNotContain('\n', failure.Hint.ToString());
        Assert.DoesNotContain("geheim", failure.ToString());
    }
}
