using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;

namespace Firn.Tests.Conda.Prefixes;

public sealed class CondaFileRecordTests
{
    private static readonly string Real = Path.Join(AppContext.BaseDirectory, "fixtures", "conda-linking", "records");

    public static TheoryData<string> RealRecords() => [.. Directory.GetFiles(Real, "*.json").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(RealRecords))]
    public void Real_records_are_read_whole(string name)
    {
        var json = File.ReadAllBytes(Path.Join(Real, name));
        var record = CondaFileRecordReader.Read(json, out _)!;

        using var document = JsonDocument.Parse(json);
        var paths = document.RootElement.GetProperty("paths_data").GetProperty("paths").EnumerateArray().ToList();
        Assert.Equal(paths.Select(path => path.GetProperty("_path").GetString()), record.Entries.Select(entry => entry.RecordedPath ?? entry.Path));
        Assert.Equal(name, record.FileName);
        Assert.Empty(record.RefusedPaths);
        foreach (var (path, entry) in paths.Zip(record.Entries))
        {
            var hasPlaceholder = path.TryGetProperty("prefix_placeholder", out var placeholder);
            Assert.Equal(hasPlaceholder ? placeholder.GetString() : null, entry.Placeholder?.Text);
            Assert.Equal(
                path.TryGetProperty("sha256", out var digest) && digest.ValueKind == JsonValueKind.String
                    ? digest.GetString()
                    : null,
                entry.Published?.Hex);
        }
    }

    [Fact]
    public void Paths_that_conda_left_as_they_were_packaged_are_those_of_the_prefix()
    {
        var record = CondaFileRecordReader.Read(File.ReadAllBytes(Path.Join(Real, "pure-1.0-py_0.json")), out _)!;

        using var document = JsonDocument.Parse(record.Json);
        var files = document.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetString()!);
        Assert.Equal(files, record.Entries.Select(entry => entry.Path));
        var script = record.Entries.Single(entry => entry.Path == "bin/pure-script");
        Assert.Equal(("python-scripts/pure-script", true), (script.RecordedPath, script.Placeholder is not null));
        Assert.Null(record.Entries.Single(entry => entry.Path == "share/pure/data.txt").RecordedPath);
        Assert.All(record.Entries, entry => Assert.True(entry.IsDescribed));
        var written = new Dictionary<string, CondaRestoredFile> { ["bin/pure-script"] = new(Sha256Digest.Of("x"u8), 1) };
        var again = CondaFileRecordReader.Read(CondaRecordWriter.Write(record, written, isLinked: false), out _)!;
        Assert.Equal(Sha256Digest.Of("x"u8), again.Entries.Single(entry => entry.Path == "bin/pure-script").InPrefix);
        Assert.Equal(record.Entries.Select(entry => entry.Path), again.Entries.Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("""["bin/run"]""", "bin/run")]
    [InlineData("""["lib/python3.9/site-packages/a.py"]""", "python-scripts/run")]
    [InlineData("""["python-scripts/run", "bin/run"]""", "python-scripts/run")]
    [InlineData("[]", "python-scripts/run")]
    [InlineData("""["Lib/site-packages/a.py", "bin/run"]""", "bin/run")]
    public void Only_the_list_of_files_tells_that_a_path_is_another_one(string files, string expected)
    {
        var json = $$$"""{"name":"a","version":"1","build":"0","noarch":"python","files":{{{files}}},"paths_data":{"paths":[{"_path":"python-scripts/run"}]}}""";

        var record = CondaFileRecordReader.Read(Encoding.UTF8.GetBytes(json), out _)!;

        Assert.Contains(expected, record.Entries.Where(entry => entry.IsDescribed).Select(entry => entry.Path));
    }

    [Theory]
    [MemberData(nameof(RealRecords))]
    public void Real_records_written_again_differ_in_what_linking_changes(string name)
    {
        var record = CondaFileRecordReader.Read(File.ReadAllBytes(Path.Join(Real, name)), out _)!;

        var again = CondaRecordWriter.Write(record, new Dictionary<string, CondaRestoredFile>(), isLinked: true);

        var (before, after) = (Members(record.Json), Members(again));
        Assert.Equal(before.Keys, after.Keys);
        foreach (var key in before.Keys.Except(["link", "extracted_package_dir", "package_tarball_full_path"]))
        {
            Assert.True(JsonElement.DeepEquals(before[key], after[key]), key);
        }

        Assert.Equal(string.Empty, after["extracted_package_dir"].GetString());
        Assert.Equal(record.Entries.AsEnumerable(), CondaFileRecordReader.Read(again, out _)!.Entries);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("lib/../../x")]
    [InlineData("lib//x")]
    [InlineData("./x")]
    [InlineData("lib/.")]
    [InlineData("")]
    [InlineData("conda-meta/history")]
    [InlineData("Conda-Meta/x.json")]
    [InlineData("a\\u0000b")]
    [InlineData("a\\ud800b")]
    public void Hostile_paths_are_refused(string path)
    {
        var record = Record($$"""[{"_path": "{{path}}", "path_type": "hardlink"}, {"_path": "lib/good", "path_type": "hardlink"}]""");

        Assert.Equal(["lib/good"], record.Entries.Select(entry => entry.Path));
        Assert.Single(record.RefusedPaths);
    }

    [Fact]
    public void A_name_of_300_bytes_and_a_path_named_twice_are_refused()
    {
        var record = Record($$"""[{"_path": "lib/x"}, {"_path": "lib/x"}, {"_path": "{{new string('n', 300)}}"}]""");

        Assert.Equal(["lib/x"], record.Entries.Select(entry => entry.Path));
        Assert.Equal(2, record.RefusedPaths.Length);
    }

    [Fact]
    public void Old_records_list_files_only()
    {
        var record = CondaFileRecordReader.Read(
            """{"name": "old", "version": "1", "build": "0", "files": ["bin/x", "lib/y.so"]}"""u8.ToArray(), out _)!;

        Assert.All(record.Entries, entry => Assert.False(entry.IsDescribed));
        using var prefix = new TemporaryFolder();
        prefix.Write("bin/x");
        prefix.Write("lib/y.so");
        var members = CondaPackageMembers.Read(record, prefix.Path, [prefix.Path], CancellationToken.None);
        Assert.All(members.Members, member => Assert.Equal(CondaFileState.AsInstalled, member.State));
    }

    [Fact]
    public void Packages_of_an_unknown_kind_are_not_guessed_at()
    {
        Assert.Null(CondaFileRecordReader.Read(
            """{"name": "new", "version": "1", "build": "0", "noarch": "rust"}"""u8.ToArray(), out var error));
        Assert.Contains("rust", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_are_taken_out_for_an_archive()
    {
        var record = CondaFileRecordReader.Read(
            """
            {"name": "x", "version": "1", "build": "0", "auth": "u:p", "url": "https://u:p@h/t/tk-1/c/x.conda", "channel": "https://h/t/<TOKEN>/c", "requested_spec": "https://u:p@h/x"}
            """u8.ToArray(),
            out _)!;

        var clean = Encoding.UTF8.GetString(CondaRecordWriter.WithoutCredentials(record)!);

        Assert.DoesNotContain("u:p", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("TOKEN", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("tk-1", clean, StringComparison.Ordinal);
        Assert.Null(CondaRecordWriter.WithoutCredentials(CondaFileRecordReader.Read(Encoding.UTF8.GetBytes(clean), out _)!));
    }

    [Fact]
    public void Links_keep_the_digest_of_a_target_that_changed()
    {
        var record = Record(
            """
            [{"_path": "a", "path_type": "hardlink", "sha256_in_prefix": "01"}, {"_path": "b", "path_type": "softlink", "sha256_in_prefix": "01"}]
            """);
        var digest = Sha256Digest.Of("new"u8);

        var written = CondaRecordWriter.Write(
            record, new Dictionary<string, CondaRestoredFile> { ["a"] = new(digest, 3) }, isLinked: false);

        Assert.Equal(
            [digest.Hex, digest.Hex],
            Members(written)["paths_data"].GetProperty("paths").EnumerateArray()
                .Select(entry => entry.GetProperty("sha256_in_prefix").GetString()));
    }

    [Theory]
    [InlineData("3.11.7", null, "lib/python3.11/site-packages")]
    [InlineData("3.13.1", "lib/python3.13t/site-packages", "lib/python3.13t/site-packages")]
    [InlineData("3.9.18", "lib/pypy3.9/site-packages", "lib/pypy3.9/site-packages")]
    public void Site_packages_are_where_the_python_has_them(string version, string? declared, string expected)
    {
        var layout = CondaPythonLayout.Of(Python(version, declared));

        Assert.Equal(expected, layout.SitePackages);
        Assert.Equal(expected + "/a/b.py", layout.Target("site-packages/a/b.py"));
        Assert.Equal("site-packages/a/b.py", layout.Packaged(expected + "/a/b.py"));
        Assert.Equal("bin/x", layout.Target("python-scripts/x"));
        Assert.Equal("python-scripts/x", layout.Packaged("bin/x"));
        Assert.Equal("share/site-packages/x", layout.Packaged(layout.Target("share/site-packages/x")));
    }

    [Theory]
    [InlineData("3.11", "../../etc")]
    [InlineData("3.11", "/etc")]
    [InlineData("unknown", null)]
    [InlineData("3", null)]
    public void Site_packages_outside_are_refused(string version, string? declared) =>
        Assert.Throws<FirnException>(() => CondaPythonLayout.Of(Python(version, declared)));

    [Fact]
    public void History_loses_its_credentials_and_nothing_else()
    {
        var history = "==> 2026-01-01 00:00:00 <==\n# cmd: conda create -c https://u:p@h/c,https://h/t/tk-1/d x\r\n"u8;

        var clean = CondaHistoryCredentials.WithoutCredentials([.. history, 0xff, (byte)'\n', .. "+https://h/t/tk-2/linux-64::x-1-0"u8]);

        byte[] expected =
        [
            .. "==> 2026-01-01 00:00:00 <==\n# cmd: conda create -c https://h/c,https://h/d x\r\n"u8, 0xff, (byte)'\n',
            .. "+https://h/linux-64::x-1-0"u8,
        ];
        Assert.Equal(expected, clean);
    }

    [Theory]
    [InlineData("/has\"quote")]
    [InlineData("/has$dollar")]
    [InlineData("/has\nline")]
    [InlineData("relative")]
    [InlineData("/")]
    public void Prefixes_that_break_scripts_are_refused(string prefix) =>
        Assert.Throws<FirnException>(() => CondaPrefixLength.Check(Record("[]"), prefix));

    private static CondaPackage Python(string version, string? sitePackages) => new()
    {
        Name = "python",
        Version = version,
        Build = "0",
        ChannelName = "x",
        FileName = "x",
        PythonSitePackagesPath = sitePackages,
    };

    private static CondaFileRecord Record(string paths) => CondaFileRecordReader.Read(
        Encoding.UTF8.GetBytes(
            "{\"name\": \"x\", \"version\": \"1\", \"build\": \"0\", \"paths_data\": {\"paths_version\": 1, \"paths\": " + paths + "}}"),
        out _)!;

    private static SortedDictionary<string, JsonElement> Members(ReadOnlyMemory<byte> json) =>
        new(JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value), StringComparer.Ordinal);
}
