using System.Text.Json;
using System.Text.Json.Nodes;
using Firn.Common.Compression;

namespace Firn.Tests.Conda.Packages;

/// <summary>What other programs write: Python's tarfile in its formats, GNU tar, zstd, bzip2, Python's shlex.</summary>
public sealed class ArchiveFormatsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("tarfile.USTAR_FORMAT")]
    [InlineData("tarfile.GNU_FORMAT")]
    [InlineData("tarfile.PAX_FORMAT")]
    [InlineData("gnu")]
    [InlineData("v7")]
    [InlineData("posix")]
    [InlineData("ustar")]
    public void Tars_of_other_programs_are_read(string format)
    {
        Part.Require("/usr/bin/python3");
        Part.Require("tar");
        var tree = _folder["tree"];
        Part.Run("/usr/bin/python3", "-c", """
            import json, os, sys
            os.makedirs(sys.argv[1] + "/info"); os.chdir(sys.argv[1])
            long = format_ = sys.argv[2]
            deep = "d/" * 3 + ("n" * 40 + "/") * 3 + "f" * 20 if format_ != "v7" else "d/f"
            names = ["a", "b c", deep] + (["é", "x" * 150, "q" * 99 + "/" + "r" * 99] if "USTAR" not in format_ and format_ not in ("v7", "ustar") else [])
            for name in names:
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                with open(name, "w") as file: file.write(name)
            os.chmod("a", 0o755)
            os.link("a", "hard")
            os.symlink("t" * (150 if len(names) > 3 else 50), "link")
            os.mkdir("empty")
            entries = [{"_path": name} for name in names + ["hard"]] + [{"_path": "link", "path_type": "softlink"}]
            json.dump({"paths_version": 1, "paths": entries}, open("info/paths.json", "w"))
            json.dump({"name": "demo", "version": "1.0", "build": "0"}, open("info/index.json", "w"))
            """, tree, format);
        var archive = _folder["demo-1.0-0.tar.bz2"];
        if (format.StartsWith("tarfile", StringComparison.Ordinal))
        {
            Part.Run("/usr/bin/python3", "-c", $"import sys, tarfile; t = tarfile.open(sys.argv[2], 'w:bz2', format={format}); t.add(sys.argv[1], '.'); t.close()", tree, archive);
        }
        else
        {
            Part.Require("bzip2");
            Part.Run("tar", "--format", format, "-cjf", archive, "-C", tree, ".");
        }

        using var package = new OpenedPackage(archive);

        var expected = Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(tree, path))
            .Where(path => !path.StartsWith("info/", StringComparison.Ordinal))
            .Select(path => path == "link" ? $"link -> {new FileInfo(Path.Join(tree, path)).LinkTarget}"
                : $"{path}{(path is "a" or "hard" ? "*" : string.Empty)}: {File.ReadAllText(Path.Join(tree, path))}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), package.Lines().Order(StringComparer.Ordinal));
        Assert.Empty(package.Archive.Problems);
    }

    [SkippableTheory]
    [InlineData("--ultra", "-22", "--long=27")]
    [InlineData("-1", "--no-check", "--no-content-size")]
    public void Zstandard_of_every_level_is_read(string first, string second, string third)
    {
        Part.Require("zstd");
        var content = new byte[20 << 20];
        new Random(7).NextBytes(content.AsSpan(0, 1 << 20));
        content.AsSpan(0, 1 << 20).CopyTo(content.AsSpan(19 << 20));
        var tar = TestPackage.Info(TestPackage.PathsOf(new JsonObject { ["_path"] = "lib/x" })).File("lib/x", content).ToArray();
        Part.Run("zstd", "-q", first, second, third, _folder.Write("tar", tar), "-o", _folder["tar.zst"]);
        var archive = TestPackage.Zip(
            ("metadata.json", """{"conda_pkg_format_version": 2}"""u8.ToArray()),
            ("info-demo-1.0-0.tar.zst", File.ReadAllBytes(_folder["tar.zst"])),
            ("pkg-demo-1.0-0.tar.zst", TestPackage.Zstandard(new TarBytes().ToArray())));

        using var package = new OpenedPackage(archive, "demo-1.0-0.conda");

        Assert.Equal(Firn.Common.Sha256Digest.Of(content), Assert.Single(package.Store().FileDigests));
    }

    [Fact]
    public void Several_frames_and_streams_are_one_content()
    {
        var tar = TestPackage.Info(TestPackage.Paths(("a", "x"))).File("a", "x").ToArray();
        byte[] frames = [.. TestPackage.Zstandard(tar[..700]), 0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9, .. TestPackage.Zstandard([]), .. TestPackage.Zstandard(tar[700..])];
        byte[] streams = [.. TestPackage.Bzip2(tar[..700]), .. TestPackage.Bzip2([]), .. TestPackage.Bzip2(tar[700..])];
        var archive = TestPackage.Zip(
            ("metadata.json", """{"conda_pkg_format_version": 2}"""u8.ToArray()), ("info-x.tar.zst", frames),
            ("pkg-x.tar.zst", TestPackage.Zstandard(new TarBytes().ToArray())));
        using var conda = new OpenedPackage(archive, "demo-1.0-0.conda");
        using var bzip2 = new OpenedPackage(streams);

        Assert.Equal(["a: x"], conda.Lines());
        Assert.Equal(["a: x"], bzip2.Lines());
        Assert.Contains("bzip2", OpenedPackage.Refusal([.. streams, 0]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Firns_own_frames_stay_alone()
    {
        byte[] two = [.. TestPackage.Zstandard([1]), .. TestPackage.Zstandard([2])];
        using var own = CompressionFormat.Zstandard.Decompress(new MemoryStream(two));
        using var foreign = ZstandardFormat.DecompressForeign(new MemoryStream(two));
        var buffer = new byte[4];

        Assert.Throws<InvalidDataException>(() => own.Read(buffer) + own.Read(buffer));
        Assert.Equal(2, foreign.ReadAtLeast(buffer, 4, throwOnEndOfStream: false));
    }

    [SkippableFact]
    public void Lines_of_has_prefix_are_those_that_Python_splits()
    {
        Part.Require("/usr/bin/python3");
        string[] lines =
        [
            "bin/a", "/opt/x text bin/a", "\"/opt/x y\" binary \"bin/a b\"", "'/opt/x' text 'bin/a'", "/opt/x\ttext  bin/a", "  bin/a  ",
            "\"bin/a\"", "/opt/x binary bin/c",
        ];
        var expected = JsonSerializer.Deserialize<string[][]>(Part.Run("/usr/bin/python3", "-c", """
            import json, shlex, sys
            print(json.dumps([[word.strip("\"'") for word in shlex.split(line.strip(), posix=False)] for line in json.loads(sys.argv[1])]))
            """, JsonSerializer.Serialize(lines)))!;
        foreach (var (line, words) in lines.Zip(expected))
        {
            var tar = TestPackage.Info().File("info/files", words[^1]).File("info/has_prefix", line).File(words[^1], "x");
            using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));
            var placeholder = Assert.Single(package.Archive.Paths).Path.Placeholder!;

            string[] declared = words.Length == 1 ? ["/opt/anaconda1anaconda2anaconda3", "text"] : words[..2];
            Assert.Equal((declared[0], declared[1] == "binary"), (placeholder.Text, placeholder.IsBinary));
        }
    }

    public void Dispose() => _folder.Dispose();
}
