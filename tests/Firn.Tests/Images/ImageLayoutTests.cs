using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Images;
using Firn.Images.Installations;
using Firn.Images.Layouts;
using Firn.Workflows.Images;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

public sealed class ImageLayoutTests : IDisposable
{
    private static readonly ImageReference Own = ImageReference.Parse("localhost/firn-test:1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_archive_has_the_configuration_and_the_layers_of_a_layout_in_their_order() => Prop.ForAll<byte[][], bool>((layers, isNested) =>
    {
        var contents = layers.Select(static layer => layer ?? []).ToList();
        using var again = Rewritten($"oci:{Layout(contents, "one", isNested)}:one");

        return Encoding.UTF8.GetString(again.Configuration.Span) == """{"architecture":"amd64"}"""
            && again.Layers.Select(Content).SequenceEqual(contents, EqualityComparer<byte[]>.Create(static (a, b) => a!.AsSpan().SequenceEqual(b)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    /// <summary>No engine is asked: there is none on this PATH.</summary>
    [Fact]
    public void What_an_image_in_a_folder_says_of_itself_is_read_without_an_engine()
    {
        var layout = Layout([[1, 2, 3], [4]], "one");
        var context = SystemContext.OfThisProcess() with { Variables = new Dictionary<string, string> { ["PATH"] = "/nowhere" } };

        var image = new InspectImage(context).Run(new InstallationSelection(), $"oci:{layout}:one", ImageStage.Run);

        Assert.Equal(($"oci:{layout}:one", 4, "root"), (image.Name, (int)image.Size, image.User));
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData("""{"architecture":"amd64"}"""u8))}", image.Id);
    }

    [Fact]
    public void A_layer_in_Zstandard_is_unpacked_for_engines_that_do_not_read_it()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        using var compressor = new ZstdSharp.Compressor();
        var layout = Layout([compressor.Wrap(content).ToArray()], null);

        using var again = Rewritten($"oci:{layout}");

        Assert.Equal(content, Content(again.Layers[0]));
    }

    [Fact]
    public void A_layer_that_an_archive_holds_as_a_link_to_another_one_is_found()
    {
        // As docker before 25 saves an image with two equal layers.
        var file = Archive(
            ("a/layer.tar", Encoding.UTF8.GetBytes("content"), null),
            ("b/layer.tar", null, "../a/layer.tar"),
            ("c.json", Encoding.UTF8.GetBytes("{}"), null),
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"c.json","RepoTags":["x:1"],"Layers":["a/layer.tar","b/layer.tar"]}]"""), null));

        using var image = ImageLayout.Open($"docker-archive:{file}:x:1", "/");

        Assert.All(image.Layers, layer => Assert.Equal("content", Encoding.UTF8.GetString(Content(layer))));
    }

    [Theory]
    [InlineData("""{"manifests":[]}""", "holds no image")]
    [InlineData("""{"manifests":[{"digest":"sha256:../../../../etc/passwd"}]}""", "a digest in it is none of SHA-256")]
    [InlineData("""{"manifests":[{"digest":"sha512:00"}]}""", "a digest in it is none of SHA-256")]
    [InlineData("""{"manifests":[{"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}""", "cannot be read")]
    [InlineData("""{"manifests":[{"platform":{"architecture":"s390x"},"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}""", "has no image for")]
    [InlineData("""{"manifests":[{"digest":"sha256:00"},{"digest":"sha256:00"}]}""", "holds 2 images")]
    [InlineData("[]", "holds no image")]
    [InlineData("nonsense", "is not JSON")]
    public void What_is_wrong_in_a_layout_is_said(string index, string message)
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "layout"));
        File.WriteAllText(Path.Join(_folder.Path, "layout/index.json"), index);

        var failure = Assert.Throws<FirnException>(() => ImageLayout.Open($"oci:{Path.Join(_folder.Path, "layout")}", "/"));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "holds 0 images")]
    [InlineData("""[{"Config":"c.json","Layers":["../../etc/passwd"]}]""", "../../etc/passwd is not in it")]
    [InlineData("""[{"Layers":[]}]""", "`Config` is missing")]
    [InlineData("{}", "no list of images")]
    public void What_is_wrong_in_an_archive_is_said(string manifest, string message)
    {
        var file = Archive(("c.json", Encoding.UTF8.GetBytes("{}"), null), ("manifest.json", Encoding.UTF8.GetBytes(manifest), null));

        var failure = Assert.Throws<FirnException>(() => ImageLayout.Open($"docker-archive:{file}", "/"));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Indexes_that_name_each_other_end()
    {
        // No digest of such a circle can be right; a reader that follows names must end all the same.
        var layout = Path.Join(_folder.Path, "circle");
        Directory.CreateDirectory(Path.Join(layout, "blobs", "sha256"));
        var digest = new string('1', 64);
        var index = $$"""{"manifests":[{"digest":"sha256:{{digest}}"}]}""";
        File.WriteAllText(Path.Join(layout, "index.json"), index);
        File.WriteAllText(Path.Join(layout, "blobs", "sha256", digest), index);

        Assert.Throws<FirnException>(() => ImageLayout.Open($"oci:{layout}", "/"));
    }

    private ImageLayout Rewritten(string image)
    {
        var file = Path.Join(_folder.Path, $"{Guid.NewGuid():N}.tar");
        using (var layout = ImageLayout.Open(image, "/"))
        {
            ImageArchive.Write(layout, Own, file, CancellationToken.None);
        }

        Assert.False(File.Exists($"{file}.layer"));
        return ImageLayout.Open($"docker-archive:{file}:{Own}", "/");
    }

    private string Layout(IReadOnlyList<byte[]> layers, string? name, bool isNested = false)
    {
        var folder = Path.Join(_folder.Path, $"{Guid.NewGuid():N}:odd");
        Directory.CreateDirectory(Path.Join(folder, "blobs", "sha256"));
        string Blob(byte[] content)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(content));
            File.WriteAllBytes(Path.Join(folder, "blobs", "sha256", digest), content);
            return $"sha256:{digest}";
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            config = new { digest = Blob(Encoding.UTF8.GetBytes("""{"architecture":"amd64"}""")) },
            layers = layers.Select(layer => new { digest = Blob(layer) }),
        });
        if (isNested)
        {
            manifest = JsonSerializer.SerializeToUtf8Bytes(new { manifests = new[] { new { digest = Blob(manifest) } } });
        }

        var annotations = name is null ? [] : new Dictionary<string, string> { ["org.opencontainers.image.ref.name"] = name };
        File.WriteAllBytes(Path.Join(folder, "index.json"), JsonSerializer.SerializeToUtf8Bytes(new { manifests = new[] { new { digest = Blob(manifest), annotations } } }));
        return folder;
    }

    private string Archive(params (string Name, byte[]? Content, string? Link)[] entries)
    {
        var file = Path.Join(_folder.Path, $"{Guid.NewGuid():N}.tar");
        using var stream = File.Create(file);
        using var writer = new TarWriter(stream);
        foreach (var (name, content, link) in entries)
        {
            writer.WriteEntry(link is null
                ? new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content!) }
                : new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = link });
        }

        return file;
    }

    private static byte[] Content(LayoutLayer layer)
    {
        using var stream = layer.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
