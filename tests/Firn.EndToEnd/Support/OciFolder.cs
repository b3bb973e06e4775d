using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support;

/// <summary>An OCI image layout, written and read without Firn.</summary>
internal sealed class OciFolder(string root)
{
    private static readonly Lazy<OciFolder> Debian = new(() =>
    {
        var folder = new OciFolder(SharedFolder.PathOf("debian-layout"));
        folder.Add("base", [File.ReadAllBytes(ContainerEngines.BaseArchive)]);
        return folder;
    });

    /// <summary>The base image of all tests, as <c>oci:DIR:base</c>.</summary>
    public static string Base => $"oci:{Debian.Value.Root}:base";

    public string Root => root;

    /// <summary>Adds an image.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tars">Its layers, uncompressed.</param>
    /// <param name="edit">Changes its configuration.</param>
    public void Add(string name, IReadOnlyList<byte[]> tars, Action<JsonObject>? edit = null)
    {
        Directory.CreateDirectory(Path.Join(root, "blobs", "sha256"));
        var configuration = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/local/bin:/usr/bin:/bin", "KEPT=yes"), ["Cmd"] = new JsonArray("bash") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. tars.Select(static tar => (JsonNode)DigestOf(tar))]) },
        };
        edit?.Invoke(configuration);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Put("application/vnd.oci.image.config.v1+json", Encoding.UTF8.GetBytes(configuration.ToJsonString())),
            ["layers"] = new JsonArray([.. tars.Select(tar => (JsonNode)Put("application/vnd.oci.image.layer.v1.tar", tar))]),
        };
        var entry = Put("application/vnd.oci.image.manifest.v1+json", Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) };
        File.WriteAllText(Path.Join(root, "index.json"), index.ToJsonString());
        File.WriteAllText(Path.Join(root, "oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /// <summary>A layer of files and links.</summary>
    public static byte[] Tar(params IEnumerable<TarEntry> entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The manifest with a name, or the only one.</summary>
    public JsonElement Manifest(string? name = null) => Document(Digest(name));

    /// <summary>The digest of that manifest.</summary>
    public string Digest(string? name = null) =>
        Read(Path.Join(root, "index.json")).GetProperty("manifests").EnumerateArray()
            .Single(entry => name is null || entry.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString() == name)
            .GetProperty("digest").GetString()!;

    public JsonElement Configuration(string? name = null) => Document(Manifest(name).GetProperty("config").GetProperty("digest").GetString()!);

    /// <summary>The tars of an image's layers, each of which must be what its digests say.</summary>
    public IReadOnlyList<byte[]> Layers(string? name = null)
    {
        var diffIds = Configuration(name).GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => id.GetString()).ToList();
        var tars = new List<byte[]>();
        foreach (var layer in Manifest(name).GetProperty("layers").EnumerateArray())
        {
            var blob = File.ReadAllBytes(PathOf(layer.GetProperty("digest").GetString()!));
            Assert.Equal(layer.GetProperty("digest").GetString(), DigestOf(blob));
            Assert.Equal(layer.GetProperty("size").GetInt64(), blob.Length);
            var tar = layer.GetProperty("mediaType").GetString()!.EndsWith("+gzip", StringComparison.Ordinal) ? Unpacked(blob) : blob;
            Assert.Equal(diffIds[tars.Count], DigestOf(tar));
            tars.Add(tar);
        }

        Assert.Equal(diffIds.Count, tars.Count);
        return tars;
    }

    /// <summary>The members of a layer.</summary>
    public static IReadOnlyList<TarEntry> Members(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        var members = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            members.Add(entry);
        }

        return members;
    }

    private string PathOf(string digest) => Path.Join(root, "blobs", "sha256", digest["sha256:".Length..]);

    private JsonElement Document(string digest) => Read(PathOf(digest));

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static byte[] Unpacked(byte[] blob)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private JsonObject Put(string mediaType, byte[] content)
    {
        var digest = DigestOf(content);
        File.WriteAllBytes(PathOf(digest), content);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }
}
