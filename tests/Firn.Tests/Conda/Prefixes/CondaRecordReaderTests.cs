using System.Text;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda.Prefixes;

public sealed class CondaRecordReaderTests
{
    [Fact]
    public void Read_of_a_real_record_takes_all_fields()
    {
        var package = ReadFixture("numpy-1.26.4-py311h7125741_0.json");

        Assert.Equal(("numpy", "1.26.4", "py311h7125741_0", 0L), (package.Name, package.Version, package.Build, package.BuildNumber));
        Assert.Equal("https://conda.anaconda.org/conda-forge/osx-arm64/numpy-1.26.4-py311h7125741_0.conda", package.Url);
        Assert.Equal("numpy-1.26.4-py311h7125741_0.conda", package.FileName);
        Assert.Equal(("conda-forge", "osx-arm64"), (package.ChannelName, package.Subdir));
        Assert.Equal("3160b93669a0def35a7a8158ebb33816", package.Md5);
        Assert.Equal(64, package.Sha256!.Length);
        Assert.Equal("BSD-3-Clause", package.License);
        Assert.Contains("python >=3.11,<3.12.0a0", package.Depends);
        Assert.Contains("numpy-base <0a0", package.Constrains);
        Assert.Contains("lib/python3.11/site-packages/numpy-1.26.4.dist-info/RECORD", package.Files.Anchors);
        Assert.Contains(package.Files.NativeLibraries, path => path.EndsWith("_multiarray_umath.cpython-311-darwin.so", StringComparison.Ordinal));
        Assert.NotNull(package.ContentDigest);
    }

    [Fact]
    public void Read_of_a_real_record_digests_its_paths_as_documented()
    {
        foreach (var file in Directory.EnumerateFiles(RealRecords, "*.json"))
        {
            var bytes = File.ReadAllBytes(file);

            var package = CondaRecordReader.Read(bytes, out var error);

            Assert.Null(error);
            Assert.Equal(DigestByTheRule(bytes), package!.ContentDigest);
        }
    }

    [Fact]
    public void Read_gives_one_digest_for_a_noarch_package_on_any_platform()
    {
        var posix = Noarch("lib/python3.11/site-packages/a/b.py", "lib/python3.11/site-packages/a/__init__.py");
        var newer = Noarch("lib/python3.13t/site-packages/a/__init__.py", "lib/python3.13t/site-packages/a/b.py");
        var windows = Noarch("Lib/site-packages/a/__init__.py", "Lib/site-packages/a/b.py");

        Assert.NotNull(posix);
        Assert.Equal(posix, newer);
        Assert.Equal(posix, windows);
        Assert.NotEqual(posix, Noarch("Lib/site-packages/a/__init__.py", "Lib/site-packages/a/c.py"));
        var byConda = Noarch("share/x", "site-packages/a.py", "python-scripts/run", "python-scripts/\\u0041");
        Assert.Equal(byConda, Noarch("bin/run", "bin/\\u0041", "lib/python3.11/site-packages/a.py", "share/x"));
        Assert.Equal(byConda, Noarch("Scripts/run", "Scripts/A", "Lib/site-packages/a.py", "share/x"));
    }

    [Theory]
    [InlineData("""{"name":"a","version":"1","build":"0","depends":"python","files":{},"paths_data":[],"size":"x","md5":7,"url":["u"]}""")]
    [InlineData("""{"name":"a","version":"1","build":"0","depends":[1,null,["x"]],"files":[1,{"a":[]}],"paths_data":{"paths":{"x":1}}}""")]
    [InlineData("""{"name":"a","version":"1","build":"0","paths_data":{"paths":[1,null,[],{"_path":1,"sha256":{}},{"path_type":[]}]},"build_number":{}}""")]
    [InlineData("""{"name":"a","version":"1","build":"0","requested_specs":null,"noarch":false,"timestamp":1e300,"constrains":null}""")]
    public void Read_takes_fields_of_the_wrong_type_as_absent(string json)
    {
        var package = CondaRecordReader.Read(Encoding.UTF8.GetBytes(json), out var error);

        Assert.Null(error);
        Assert.Equal("a-1-0", package!.FileName);
        Assert.Null(package.Url);
        Assert.Null(package.Md5);
        Assert.Null(package.Size);
        Assert.Empty(package.Depends);
        Assert.Empty(package.Constrains);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"name":"a","version":"1","build":"0"}}""")]
    [InlineData("""{"name":"a","version":1.0,"build":"0"}""")]
    [InlineData("""{"name":"a","version":"1","build":null}""")]
    public void Read_of_what_is_no_record_says_so(string json)
    {
        Assert.Null(CondaRecordReader.Read(Encoding.UTF8.GetBytes(json), out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void Read_survives_deep_nesting()
    {
        var json = "{\"name\":\"a\",\"x\":" + new string('[', 200_000);

        Assert.Null(CondaRecordReader.Read(Encoding.UTF8.GetBytes(json), out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void Read_removes_credentials_everywhere()
    {
        var package = CondaRecordReader.Read(
            """{"name":"a","version":"1","build":"0","url":"https://me:secret@h.org/t/tk-123/c/linux-64/a-1-0.conda","channel":"https://me:secret@h.org/t/tk-123/c/linux-64"}"""u8,
            out _)!;

        Assert.Equal("https://h.org/c/linux-64/a-1-0.conda", package.Url);
        Assert.Equal("https://h.org/c/linux-64", package.Channel);
        Assert.Equal("https://h.org/c", package.ChannelName);
        Assert.Equal("a-1-0.conda", package.FileName);
        Assert.True(package.HadCredentials);
        Assert.DoesNotContain("secret", package.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("tk-123", package.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_takes_the_last_of_two_lists_of_paths()
    {
        var once = CondaRecordReader.Read(
            """{"name":"a","version":"1","build":"0","paths_data":{"paths":[{"_path":"b","sha256":"AA"}]}}"""u8, out _)!;
        var twice = CondaRecordReader.Read(
            """{"name":"a","version":"1","build":"0","paths_data":{"paths":[{"_path":"x"}]},"paths_data":{"paths":[{"sha256":"aa","_path":"\u0062"}]}}"""u8,
            out _)!;

        Assert.Equal(once.ContentDigest, twice.ContentDigest);
        Assert.Equal(Sha256Digest.Of("b\0aa\n"u8), once.ContentDigest);
    }

    [Fact]
    public void Read_reads_what_rattler_and_older_tools_write()
    {
        var package = CondaRecordReader.Read(
            """{"name":"a","version":"1","build_string":"0","schannel":"conda-forge","requested_spec":"None","requested_specs":["a >=1"],"noarch":true}"""u8,
            out _)!;

        Assert.Equal(("0", "conda-forge", "generic"), (package.Build, package.ChannelName, package.Noarch));
        Assert.Equal("a >=1", Assert.Single(package.RequestedSpecs));
    }

    private static string RealRecords => Path.Join(CondaPrefixFixture.Fixtures, "prefixes", "real", "conda-meta");

    private static CondaPackage ReadFixture(string name) =>
        CondaRecordReader.Read(File.ReadAllBytes(Path.Join(RealRecords, name)), out _)!;

    private static Sha256Digest? Noarch(params string[] paths)
    {
        var entries = paths.Select(path => $$"""{"_path":"{{path}}","path_type":"hardlink","sha256":"aa"}""");
        var json = $$"""{"name":"a","version":"1","build":"0","paths_data":{"paths":[{{string.Join(',', entries)}}]},"noarch":"python"}""";
        return CondaRecordReader.Read(Encoding.UTF8.GetBytes(json), out _)!.ContentDigest;
    }

    /// <summary>The rule again, written as simply as possible over a document tree.</summary>
    private static Sha256Digest? DigestByTheRule(byte[] bytes)
    {
        using var document = System.Text.Json.JsonDocument.Parse(bytes);
        var root = document.RootElement;
        var isNoarch = root.TryGetProperty("noarch", out var noarch) && noarch.ValueKind == System.Text.Json.JsonValueKind.String
            && noarch.GetString() == "python";
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in root.GetProperty("paths_data").GetProperty("paths").EnumerateArray())
        {
            var path = entry.GetProperty("_path").GetString()!;
            var type = entry.TryGetProperty("path_type", out var found) ? found.GetString()! : "hardlink";
            if (path.EndsWith(".pyc", StringComparison.Ordinal) || type == "pyc_file" || type.Contains("entry_point", StringComparison.Ordinal))
            {
                continue;
            }

            var at = path.IndexOf("site-packages/", StringComparison.Ordinal);
            path = isNoarch && at > 0 ? path[at..] : path;
            lines[path] = type == "softlink" ? "link"
                : entry.TryGetProperty("sha256", out var sha) && sha.GetString() is { Length: > 0 } hex ? hex : "-";
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line.Key}\0{line.Value}\n"))));
    }
}
