using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Images in OCI layouts that engines take, made here: a few files of random bytes in each layer.</summary>
internal sealed class LayoutFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Root;

    public string this[string path] => _folder.PathOf(path);

    /// <summary>Writes an image with a layer for each number, beside those that are there.</summary>
    /// <param name="folder">The layout.</param>
    /// <param name="tag">The image's name there.</param>
    /// <param name="size">How many bytes a layer has.</param>
    /// <param name="layers">Equal numbers give equal layers.</param>
    /// <returns>The digest of its manifest.</returns>
    public string Write(string folder, string tag, int size, params int[] layers)
    {
        Directory.CreateDirectory(this[$"{folder}/blobs/sha256"]);
        string Blob(byte[] content)
        {
            var digest = DigestOf(content);
            File.WriteAllBytes(this[$"{folder}/blobs/sha256/{digest[7..]}"], content);
            return $"\"digest\":\"{digest}\",\"size\":{content.Length}";
        }

        var tars = layers.Select(layer => Layer(layer, size)).ToList();
        var diffs = string.Join(',', tars.Select(static tar => $"\"{DigestOf(tar)}\""));
        var config = Blob(Encoding.UTF8.GetBytes(
            $$"""{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/x"],"Labels":{"org.opencontainers.image.revision":"abc"} },"rootfs":{"type":"layers","diff_ids":[{{diffs}}]} }"""));
        var listed = string.Join(',', tars.Select(tar => $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",{{Blob(Compressed(tar))}} }"""));
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",{{config}} },"layers":[{{listed}}]}""");
        var root = Blob(manifest);
        File.WriteAllText(this[$"{folder}/oci-layout"], """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(
            this[$"{folder}/index.json"],
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",{{root}},"annotations":{"org.opencontainers.image.ref.name":"{{tag}}"} }]}""");
        return DigestOf(manifest);
    }

    /// <summary>Each blob is what its name says.</summary>
    public void MustBeSound(string folder) => Assert.All(
        Directory.GetFiles(this[$"{folder}/blobs/sha256"]).Where(static file => !file.EndsWith(".tmp", StringComparison.Ordinal)),
        static file => Assert.Equal(Path.GetFileName(file), DigestOf(File.ReadAllBytes(file))[7..]));

    public void Dispose() => _folder.Dispose();

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static byte[] Layer(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"file-{seed}") { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
        }

        return tar.ToArray();
    }

    private static byte[] Compressed(byte[] tar)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        return compressed.ToArray();
    }
}
