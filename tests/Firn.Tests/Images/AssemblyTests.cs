using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Images.Assembly;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

/// <summary>The parts of an assembled image, each by itself.</summary>
public sealed class AssemblyTests
{
    private const string Id = "firn1:sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public void Compressed_layers_have_the_same_bytes_on_every_machine()
    {
        // What compresses well, what does not, and more than one piece.
        var content = new byte[LayerStream.PieceLength + 300_000];
        var state = 1u;
        for (var i = 0; i < content.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            content[i] = (i / 5000) % 2 == 0 ? (byte)(state >> 24) : (byte)('a' + (state >> 30));
        }

        var (layer, compressed) = Compress(content, 1 << 16);

        Assert.True(layer.DiffId.Hex == "c9c846574b953b139bfd363e540cf5e3a528d5d91e34ee7c89fc33cb022517ae" && layer.Digest.Hex == "3615e248fc66dc043cd7222cc18bc76257431c1438129577463430899b9c34ac", $"{layer.DiffId.Hex} {layer.Digest.Hex}");
        Assert.Equal((content.Length, compressed.Length), (layer.TarSize, layer.Size));
        Assert.Equal(Sha256Digest.Of(compressed), layer.Digest);
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], compressed[..10]);
    }

    [Fact]
    public void A_layer_unpacks_to_what_was_written_however_it_was_written()
    {
        Prop.ForAll<NonEmptyArray<byte>, PositiveInt>((bytes, pieces) =>
        {
            var content = Enumerable.Repeat(bytes.Get, 1 + (pieces.Get % 2000)).SelectMany(static part => part).ToArray();

            var (layer, compressed) = Compress(content, 1 + (pieces.Get * 37));

            using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            gzip.CopyTo(unpacked);
            Assert.Equal(content, unpacked.ToArray());
            Assert.Equal(Sha256Digest.Of(content), layer.DiffId);
            Assert.Equal(Compress(content, content.Length).Compressed, compressed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Theory]
    [InlineData("#!python\n")]
    [InlineData("# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom demo.cli import main\nif __name__ == '__main__':\n    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit(main())\n")]
    [InlineData("import sys\nfrom demo.cli import main\nif __name__ == '__main__':\n    if sys.argv[0].endswith('.exe'):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(main())\n")]
    [InlineData("# -*- coding: utf-8 -*-\nimport sys\nfrom demo.cli import main\nif __name__ == \"__main__\":\n    if sys.argv[0].endswith(\"-script.pyw\"):\n        sys.argv[0] = sys.argv[0][:-11]\n    elif sys.argv[0].endswith(\".exe\"):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(main())\n")]
    [InlineData("import os\nimport sys\nfrom demo.cli import main\nos.environ['X'] = '1'\nsys.exit(main())\n")]
    public void Launchers_of_all_installers_get_one_form_and_others_stay(string body)
    {
        var canonical = CanonicalInstallation.Of(Document(new ArchivedLauncher("bin/demo", "bin/python3.11", body)))
            .Environment.Packages[0].Distribution!.Launchers[0].Body;

        Assert.Equal(
            body.Contains("re.sub", StringComparison.Ordinal) || body.Contains(".exe", StringComparison.Ordinal)
                ? "import sys\nfrom demo.cli import main\nif __name__ == '__main__':\n    if sys.argv[0].endswith('.exe'):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(main())\n"
                : body,
            canonical);
    }

    [Fact]
    public void What_installers_say_of_themselves_is_left_out_but_not_where_packages_came_from()
    {
        var files = CanonicalInstallation.Of(Document(null)).Environment.Packages[0].Distribution!.InstallerFiles;

        Assert.Equal(["INSTALLER=firn\n", "direct_url.json={}"], files.Select(static file => $"{file.Key}={file.Value}"));
    }

    [Fact]
    public void The_configuration_keeps_what_the_base_says_and_adds_to_it()
    {
        var below = JsonTree.Parse(Encoding.UTF8.GetBytes(
            """{"architecture":"amd64","os":"linux","extra":[1],"config":{"Env":["A=1","PATH=/bin"],"Entrypoint":["/init"],"Labels":{"theirs":"x"},"User":"ana"},"rootfs":{"type":"layers","diff_ids":["sha256:aa"]},"history":[{"created_by":"x"}]}"""));
        var layer = new LayerBytes(Sha256Digest.Of("tar"u8), Sha256Digest.Of("gz"u8), 1, 2);

        var text = Encoding.UTF8.GetString(new ImageConfiguration
        {
            Document = Document(null),
            Prefix = "/opt/env",
            Created = "1980-01-01T00:00:00Z",
            Layers = [(layer, "demo 1.0")],
        }.Compose(below));

        using var read = System.Text.Json.JsonDocument.Parse(text);
        var config = read.RootElement.GetProperty("config");
        Assert.Equal(["A=1", "PATH=/opt/env/bin:/bin", "VIRTUAL_ENV=/opt/env"], config.GetProperty("Env").EnumerateArray().Select(static item => item.GetString()));
        Assert.Equal("/init", config.GetProperty("Entrypoint")[0].GetString());
        Assert.False(config.TryGetProperty("Cmd", out _));
        Assert.Equal("ana", config.GetProperty("User").GetString());
        Assert.Equal(("x", Id), (config.GetProperty("Labels").GetProperty("theirs").GetString(), config.GetProperty("Labels").GetProperty("firn.environment-id").GetString()));
        Assert.Equal(["sha256:aa", layer.DiffId.ToString()], read.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static item => item.GetString()));
        Assert.Equal("firn image assemble: demo 1.0", read.RootElement.GetProperty("history")[1].GetProperty("created_by").GetString());
        Assert.Equal(1, read.RootElement.GetProperty("extra")[0].GetInt32());
        Assert.DoesNotContain("demo 1.0", Encoding.UTF8.GetString(Written(below)), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_of_a_base_hide_what_lower_ones_have()
    {
        var files = new BaseFiles();
        files.BeginLayer();
        Add(files, TarEntryType.Directory, "opt/env/");
        Add(files, TarEntryType.RegularFile, "opt/env/old");
        Add(files, TarEntryType.RegularFile, "./usr/lib/x86_64-linux-gnu/libz.so.1");
        Add(files, TarEntryType.Directory, "usr/lib/x86_64-linux-gnu");
        Add(files, TarEntryType.SymbolicLink, "lib", "usr/lib");
        Assert.True(files.Summarize("/opt/env").IsTaken);
        files.BeginLayer();
        Add(files, TarEntryType.RegularFile, "opt/.wh.env");
        Add(files, TarEntryType.Directory, "opt/other");

        var summary = files.Summarize("/opt/env");

        Assert.False(summary.IsTaken);
        Assert.Equal(["libz.so.1"], summary.Libraries.AsEnumerable());
        Assert.Equal("usr/lib/env", files.Summarize("/lib/env").Root);
        files.BeginLayer();
        Add(files, TarEntryType.RegularFile, "usr/lib/x86_64-linux-gnu/.wh..wh..opq");
        Add(files, TarEntryType.RegularFile, "usr/lib/x86_64-linux-gnu/libm.so.6");
        Assert.Equal(["libm.so.6"], files.Summarize("/opt/env").Libraries.AsEnumerable());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("../etc/passwd")]
    public void A_member_that_leads_out_of_the_image_is_refused(string name)
    {
        var files = new BaseFiles();
        files.BeginLayer();
        Assert.Throws<FormatException>(() => Add(files, TarEntryType.RegularFile, name));
    }

    private static void Add(BaseFiles files, TarEntryType type, string name, string? link = null) =>
        files.Add(link is null ? new PaxTarEntry(type, name) : new PaxTarEntry(type, name) { LinkName = link });

    private static byte[] Written(JsonTree tree)
    {
        var json = new CanonicalJsonWriter();
        tree.WriteTo(json);
        return json.WrittenDocument.ToArray();
    }

    private static (LayerBytes Layer, byte[] Compressed) Compress(byte[] content, int step)
    {
        using var compressor = new PieceCompressor();
        using var output = new MemoryStream();
        using var stream = new LayerStream(output, compressor);
        for (var at = 0; at < content.Length; at += step)
        {
            stream.Write(content.AsSpan(at, Math.Min(step, content.Length - at)));
        }

        return (stream.Finish(), output.ToArray());
    }

    private static ArchiveDocument Document(ArchivedLauncher? launcher) => new()
    {
        EnvironmentId = Id,
        Platform = "linux-x86_64",
        Environment = new ArchivedTree
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            Prefix = "/home/ana/venv",
            PythonVersion = "3.11.7",
            PythonFolder = "python3.11",
            SitePackages = "lib/python3.11/site-packages",
            CacheTag = "cpython-311",
            Executable = "bin/python",
            Packages =
            [
                new ArchivedPackage
                {
                    Kind = ArchivedPackageKind.Distribution,
                    Name = "demo",
                    Bundle = Sha256Digest.Of("demo"u8),
                    Distribution = new ArchivedDistribution
                    {
                        Metadata = "demo-1.0.dist-info",
                        Launchers = launcher is null ? [] : [launcher],
                        InstallerFiles = new Dictionary<string, string> { ["INSTALLER"] = "uv", ["REQUESTED"] = "", ["direct_url.json"] = "{}", ["uv_cache.json"] = "{}" }
                            .Aggregate(System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty, static (all, file) => all.Add(file.Key, file.Value)),
                    },
                },
            ],
        },
    };
}
