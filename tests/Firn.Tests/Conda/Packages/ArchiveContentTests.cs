using System.Text.Json.Nodes;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Conda.Linking;
using Firn.Conda.Packages;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda.Packages;

/// <summary>What becomes of the members of packages, old ones and odd ones too.</summary>
public sealed class ArchiveContentTests
{
    private const string Elf = "\u007fELF";

    [Fact]
    public void Files_links_folders_and_placeholders_become_members()
    {
        var paths = TestPackage.PathsOf(
            Entry("bin/tool", Elf, "binary", "/opt/placehold"),
            Entry("bin/again", Elf),
            Entry("etc/conf", "prefix = /opt/text", "text", "/opt/text"),
            Entry("etc/user.conf", "mine", more: ("no_link", true)),
            Link("lib/dangling.so", "/opt/placehold"),
            Link("lib/libs"),
            Link("lib/outside"),
            Entry("lib/shipped.pyc", "bytecode"),
            new JsonObject { ["_path"] = "share/empty/", ["path_type"] = "directory" },
            new JsonObject { ["_path"] = "lib", ["path_type"] = "directory" });
        var tar = TestPackage.Info(paths)
            .File("bin/tool", Elf, 0b111_101_101)
            .HardLink("bin/again", "./bin/tool", 0b111_101_101)
            .File("./etc/conf", "prefix = /opt/text")
            .File("etc/user.conf", "mine", 0b110_000_000)
            .Link("lib/dangling.so", "nowhere.so").Link("lib/libs", "../lib").Link("lib/outside", "/usr/lib/libcuda.so")
            .File("lib/shipped.pyc", "bytecode")
            .Folder("share/empty").Folder("lib").Folder(".");
        using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));

        Assert.Equal(
            [
                $"bin/again*: {Elf}",
                $"bin/tool* [binary /opt/placehold]: {Elf}",
                "etc/conf [text /opt/text]: prefix = /opt/text",
                "etc/user.conf: mine",
                "lib/dangling.so -> nowhere.so",
                "lib/libs -> ../lib",
                "lib/outside -> /usr/lib/libcuda.so",
                "lib/shipped.pyc: bytecode",
                "share/empty/",
            ],
            package.Lines());
        Assert.Empty(package.Archive.Problems);
        var rows = Rows(package.Install());
        Assert.Equal("""{"_path":"lib/libs","path_type":"softlink"}""", rows["lib/libs"]);
        Assert.Contains("\"no_link\":true", rows["etc/user.conf"], StringComparison.Ordinal);
        Assert.Contains("\"sha256_in_prefix\"", rows["etc/user.conf"], StringComparison.Ordinal);
        Assert.DoesNotContain("\"sha256_in_prefix\"", rows["etc/conf"], StringComparison.Ordinal);
        Assert.Equal("""{"_path":"share/empty","path_type":"directory"}""", rows["share/empty"]);
    }

    [Fact]
    public void Both_formats_give_one_bundle()
    {
        var info = TestPackage.Info(TestPackage.Paths(("a/b", "content"), ("a/l", null)));
        var files = new TarBytes().File("a/b", "content", 0b111_101_101).Link("a/l", "b");
        var tar = TestPackage.Info(TestPackage.Paths(("a/b", "content"), ("a/l", null)))
            .File("a/b", "content", 0b111_101_101).Link("a/l", "b");
        using var conda = new OpenedPackage(TestPackage.Conda(files.ToArray(), info.ToArray()), "demo-1.0-0.conda");
        using var bzip2 = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));

        Assert.Equal(["a/b*: content", "a/l -> b"], conda.Lines());
        Assert.Equal(conda.Store().Digest, bzip2.Store().Digest);
    }

    [Fact]
    public void Packages_without_paths_json_are_read_by_their_old_lists()
    {
        var tar = TestPackage.Info(index: """{"name": "demo", "version": "1.0", "build": "0", "noarch": true, "build_number": "3"}""")
            .File("info/files", "bin/a\r\nbin/b c\n\n# comment\nbin/l\nlib/c\n  lib/d\n")
            .File("info/has_prefix", "bin/a\n\"/opt/old prefix\" binary \"bin/b c\"\n'/opt/x' text bin/l\n/opt/x text lib/c\n")
            .File("info/no_link", "lib/d\n")
            .File("bin/a", "a", 0b111_101_101).File("bin/b c", "b").Link("bin/l", "a").File("lib/c", "c").File("lib/d", "d");
        using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));

        Assert.Equal(
            [
                "bin/a* [text /opt/anaconda1anaconda2anaconda3]: a",
                "bin/b c [binary /opt/old prefix]: b",
                "bin/l -> a",
                "lib/c [text /opt/x]: c",
                "lib/d: d",
            ],
            package.Lines());
        Assert.Equal(("generic", 3L, "noarch"), (package.Archive.Info.Noarch, package.Archive.Info.BuildNumber, package.Archive.Info.Subdir));
        Assert.Equal("""{"_path":"lib/d","no_link":true,"path_type":"hardlink"}""", Rows(package.Install())["lib/d"]);
    }

    [Fact]
    public void Packages_without_files_are_empty_bundles()
    {
        using var meta = new OpenedPackage(TestPackage.Bzip2(TestPackage.Info(TestPackage.Paths()).ToArray()));
        using var old = new OpenedPackage(TestPackage.Conda(new TarBytes().ToArray(), TestPackage.Info().ToArray()), "demo-1.0-0.conda");

        Assert.Empty(meta.Lines());
        Assert.Empty(old.Lines());
        var record = CondaFileRecordReader.Read(meta.Install().Record, out _)!;
        Assert.Empty(record.Entries);
        Assert.Equal("demo-1.0-0.json", record.FileName);
    }

    [Fact]
    public void Python_packages_go_where_the_Python_has_its_packages()
    {
        (string, string?)[] files =
            [("site-packages/demo/__init__.py", "x"), ("python-scripts/run", "y"), ("share/d", "z"), ("bin/.demo-post-link.sh", "s"), ("Menu/demo.json", "{}")];
        var tar = TestPackage.Info(
            TestPackage.Paths(files),
            // CEP 20: abi3 packages are noarch in a platform's folder. conda/conda#8311: the index may not tell.
            link: """{"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": ["demo = demo.cli:main.run", " run='demo:main' ", "demo=demo:last"]}}""");
        foreach (var (path, content) in files)
        {
            tar.File(path, content!);
        }

        using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));
        var target = new CondaInstallTarget { SitePackages = "lib/python3.13t/site-packages/", PythonVersion = "3.13.0rc1" };
        var installation = package.Install(target);

        Assert.Equal(
            ["Menu/demo.json", "bin/.demo-post-link.sh", "bin/demo", "bin/run", "lib/python3.13t/site-packages/demo/__init__.py", "share/d"],
            Rows(installation).Keys);
        Assert.Equal(["Menu/demo.json: {}", "python-scripts/.demo-post-link.sh: s", "share/d: z", "site-packages/demo/__init__.py: x"], package.Lines(target));
        Assert.Equal(["bin/demo", "bin/run"], installation.EntryPointScripts.Select(script => script.Path));
        var script = CondaEntryPoint.Parse(installation.EntryPointScripts[0].Text, BundleFormat.PrefixToken);
        Assert.Equal(new CondaEntryPoint("demo", "last", "bin/python3.13", CondaEntryPointStyle.Conda), script);
        Assert.Equal("conda-path-passed-over", Assert.Single(installation.Problems).Code);
        Assert.True(package.Archive.Info.HasMenu);
        Assert.Equal("bin/.demo-post-link.sh", Assert.Single(package.Archive.Info.LinkScripts));
    }

    [Fact]
    public void What_is_odd_is_told_and_does_not_stop()
    {
        var tar = TestPackage.Info(
                TestPackage.Paths(("a", "x"), ("A", "x"), ("info/about.json", "{}"), ("l", "")), TestPackage.Index(version: "2.0"))
            .File("info/about.json", "{}").File("a", "x").File("A", "x").Link("l", "a").File("extra", "x");
        using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));

        Assert.Equal(["A: x", "a: x", "l -> a"], package.Lines());
        Assert.Equal(
            ["conda-case-collision A", "conda-file-unlisted extra", "conda-name-differs ", "conda-path-is-link l", "conda-path-passed-over info/about.json"],
            package.Archive.Problems.Select(problem => $"{problem.Code} {problem.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_that_was_packed_as_the_file_it_leads_to_is_that_file()
    {
        var link = Link("lib/l");
        link["sha256"] = Sha256Digest.Of("content"u8).Hex;
        link["size_in_bytes"] = 7;
        using var package = new OpenedPackage(TestPackage.Bzip2(TestPackage.Info(TestPackage.PathsOf(link)).File("lib/l", "content").ToArray()));

        Assert.Equal(["lib/l: content"], package.Lines());
    }

    [Fact]
    public void Members_that_stand_there_again_as_they_were_are_no_harm()
    {
        var tar = TestPackage.Info(TestPackage.Paths(("a", "x"), ("l", null)))
            .File("a", "x").Link("l", "a").Folder("f").File("a", "x").Link("l", "a").Folder("f");
        using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));

        Assert.Equal(["a: x", "l -> a"], package.Lines());
    }

    [Fact]
    public void Large_packages_lie_in_a_file_without_a_name()
    {
        var large = new byte[40 << 20];
        new Random(1).NextBytes(large);
        var paths = TestPackage.PathsOf(
            new JsonObject { ["_path"] = "lib/large", ["sha256"] = Sha256Digest.Of(large).Hex, ["size_in_bytes"] = large.Length },
            Entry("lib/before", "before"),
            Entry("lib/after", "after"));
        var tar = TestPackage.Info(paths).File("lib/before", "before").File("lib/large", large).File("lib/after", "after");
        using var package = new OpenedPackage(
            TestPackage.Conda(new TarBytes().ToArray(), tar.ToArray()), "demo-1.0-0.conda");

        Assert.True(Directory.Exists(package.TemporaryFolder));
        Assert.Empty(Directory.GetFileSystemEntries(package.TemporaryFolder));
        var stored = package.Store();
        Assert.Equal(
            [Sha256Digest.Of("after"u8), Sha256Digest.Of("before"u8), Sha256Digest.Of(large)], stored.FileDigests);
    }

    [Fact]
    public void Facts_of_a_lock_go_before_those_of_the_package()
    {
        var index = TestPackage.Index(more: ", \"license\": \"MIT\", \"timestamp\": 1700000000, \"track_features\": \"debug\", \"arch\": \"x86_64\"")
            .Replace("\"depends\": []", "\"depends\": [\"python\"], \"constrains\": [\"old <1\"]", StringComparison.Ordinal);
        using var package = new OpenedPackage(TestPackage.Bzip2(TestPackage.Info(TestPackage.Paths(), index).ToArray()));

        var plain = JsonNode.Parse(package.Install(new CondaInstallTarget()).Record)!;
        var locked = JsonNode.Parse(package.Install(new CondaInstallTarget
        {
            Locked = OpenedPackage.Locked("https://u:p@host/t/tk-1/conda-forge/linux-64/demo-1.0-0.tar.bz2") with
            {
                Depends = ["python >=3.9"],
                Constrains = [],
                License = "BSD",
                Timestamp = 1800000000000,
                Md5 = "ab",
                RequestedSpec = "https://u:p@host/x::demo",
            },
        }).Record)!;

        Assert.Equal("""["python"] ["old <1"] "MIT" 1700000000000 "debug" "x86_64" """.TrimEnd(), Values(plain, "depends", "constrains", "license", "timestamp", "track_features", "arch"));
        Assert.Equal("""["python >=3.9"] [] "BSD" 1800000000000""", Values(locked, "depends", "constrains", "license", "timestamp"));
        Assert.Equal("\"https://host/conda-forge/linux-64\"", Values(locked, "channel"));
        Assert.Equal("[\"https://host/x::demo\"]", Values(locked, "requested_specs"));
        Assert.DoesNotContain("tk-1", locked.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("u:p", locked.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(plain["requested_spec"]);
    }

    private static JsonObject Entry(
        string path, string content, string? mode = null, string? placeholder = null, (string Name, bool Value)? more = null)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var entry = new JsonObject
        {
            ["_path"] = path,
            ["path_type"] = "hardlink",
            ["sha256"] = Sha256Digest.Of(bytes).Hex,
            ["size_in_bytes"] = bytes.Length,
        };
        if (mode is not null)
        {
            entry["file_mode"] = mode;
            entry["prefix_placeholder"] = placeholder;
        }

        if (more is var (name, value))
        {
            entry[name] = value;
        }

        return entry;
    }

    private static JsonObject Link(string path, string? placeholder = null)
    {
        var entry = new JsonObject { ["_path"] = path, ["path_type"] = "softlink" };
        if (placeholder is not null)
        {
            entry["file_mode"] = "binary";
            entry["prefix_placeholder"] = placeholder;
        }

        return entry;
    }

    private static string Values(JsonNode record, params string[] names) =>
        string.Join(' ', names.Select(name => record[name]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));

    private static SortedDictionary<string, string> Rows(CondaInstallation installation)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in JsonNode.Parse(installation.Record)!["paths_data"]!["paths"]!.AsArray())
        {
            rows.Add(row!["_path"]!.ToString(), row.ToJsonString());
        }

        return rows;
    }
}
