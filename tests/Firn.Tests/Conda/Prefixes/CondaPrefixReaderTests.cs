using System.Globalization;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Configuration;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda.Prefixes;

public sealed class CondaPrefixReaderTests(CondaPrefixFixture fixture) : IClassFixture<CondaPrefixFixture>
{
    [Fact]
    public void Read_and_list_change_nothing_on_disk()
    {
        var path = fixture.Prefix("cenv");
        var before = Snapshot(path);
        var problems = new List<Problem>();

        var prefix = CondaPrefixReader.Read(path, problems);
        var listing = CondaListing.Read(prefix, CondaRelease.Newest, problems);

        Assert.Equal(before, Snapshot(path));
        var clobbered = Assert.Single(listing.Pip.Clobbered);
        Assert.Equal("clob", clobbered.Package.Name);
        Assert.Contains(problems, problem => problem.Code == "conda-package-overwritten"
            && problem.Path!.EndsWith("clob-1.0.dist-info/RECORD", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Code == "conda-package-shadowed");
        Assert.Contains(problems, problem => problem.Code == "conda-python-package-unlisted"
            && problem.Path!.Contains("norecord", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_takes_history_pins_and_the_names_of_variables()
    {
        var path = fixture.Copy("odd");
        File.WriteAllText(Path.Join(path, "conda-meta", "pinned"), "# no\n\nnumpy 1.26.*\n  https://u:p@h/c::x\n");
        File.WriteAllText(
            Path.Join(path, "conda-meta", "state"), """{"env_vars":{"TOKEN":"secret","GONE":"***unset***","A b":1}}""");
        var problems = new List<Problem>();

        var prefix = CondaPrefixReader.Read(path, problems);
        var yaml = CondaEnvironmentYaml.Write(
            CondaListing.Read(prefix, CondaRelease.Newest, problems), "odd", ["conda-forge", "mine"], withBuilds: true);

        Assert.Equal(["python=3.11", "scipy[version='>=1.10']"], prefix.RequestedSpecs.AsEnumerable());
        Assert.Equal(["numpy 1.26.*", "https://h/c::x"], prefix.PinnedSpecs.AsEnumerable());
        Assert.Equal(["TOKEN", "A b"], prefix.VariableNames.AsEnumerable());
        Assert.True(prefix.HasHistory);
        Assert.Contains("\nvariables:\n  TOKEN: <masked>\n  A b: <masked>\nprefix: ", yaml, StringComparison.Ordinal);
        Assert.Contains("  - mine\ndependencies:\n", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_two_records_of_one_name_keeps_the_one_for_this_platform()
    {
        var path = fixture.Copy("real");
        var metadata = Path.Join(path, "conda-meta");
        var record = File.ReadAllText(Path.Join(metadata, "xz-5.2.6-h57fd34a_0.json"))
            .Replace("h57fd34a_0", "h8d14728_0", StringComparison.Ordinal)
            .Replace("osx-arm64", "win-64", StringComparison.Ordinal);
        File.WriteAllText(Path.Join(metadata, "xz-5.2.6-h8d14728_0.json"), record);
        var problems = new List<Problem>();

        var prefix = CondaPrefixReader.Read(path, problems);

        Assert.Equal("h57fd34a_0", prefix.Find("xz")!.Build);
        Assert.Equal("conda-record-duplicate", Assert.Single(problems).Code);
        Assert.Equal("osx-arm64", prefix.Platform);
    }

    [SkippableFact]
    public void Read_survives_a_hostile_folder()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs links and FIFOs of Unix");
        var path = fixture.Copy("sp");
        var metadata = Path.Join(path, "conda-meta");
        File.WriteAllText(Path.Join(metadata, "broken-1-0.json"), "{");
        File.WriteAllText(Path.Join(metadata, "._mac-1-0.json"), "\0\u0005");
        File.WriteAllText(Path.Join(metadata, "sub-1-0.json"), """{"name":"../../etc/passwd","version":"1","build":"0"}""");
        File.CreateSymbolicLink(Path.Join(metadata, "loop-1-0.json"), "loop-1-0.json");
        Directory.CreateDirectory(Path.Join(metadata, "folder-1-0.json"));
        using (var large = File.OpenHandle(Path.Join(metadata, "large-1-0.json"), FileMode.Create, FileAccess.Write))
        {
            RandomAccess.SetLength(large, 1L << 30);
        }

        File.WriteAllText(
            Path.Join(metadata, "out-1-0.json"),
            """{"name":"out","version":"1","build":"0","depends":["python"],"files":["../../etc/x.dist-info/RECORD","/etc/y.so","a\u0000.so"]}""");
        var problems = new List<Problem>();

        var prefix = CondaPrefixReader.Read(path, problems);
        var listing = CondaListing.Read(prefix, CondaRelease.Newest, problems);

        Assert.Equal(
            ["broken-1-0.json", "folder-1-0.json", "large-1-0.json", "loop-1-0.json", "sub-1-0.json"],
            problems.Where(problem => problem.Code.StartsWith("conda-record", StringComparison.Ordinal))
                .Select(problem => Path.GetFileName(problem.Path!)).Order(StringComparer.Ordinal));
        Assert.Empty(prefix.Find("out")!.Files.FindMissing(path));
        Assert.Contains(listing.Rows, row => row.Name == "out");
    }

    [Fact]
    public void Read_of_a_folder_that_is_no_environment_is_empty()
    {
        var problems = new List<Problem>();

        var prefix = CondaPrefixReader.Read(Path.Join(fixture.Prefix("cenv"), "nowhere"), problems);

        Assert.Empty(prefix.Packages);
        Assert.False(prefix.HasHistory);
        Assert.Contains(problems, problem => problem.Code == "conda-meta-unreadable");
    }

    [Theory]
    [InlineData("24.9.2", "channels:\n  - defaults\n")]
    [InlineData("25.11.1", "")]
    [InlineData("26.7.1", "dependencies: []\n")]
    public void Write_of_an_empty_environment_prints_what_conda_prints(string release, string body)
    {
        var path = fixture.Copy("sp") + "-empty";
        Directory.CreateDirectory(Path.Join(path, "conda-meta"));
        var prefix = CondaPrefixReader.Read(path, []);

        var listing = CondaListing.Read(prefix, CondaRelease.Parse(release), []);

        Assert.Equal($"name: e\n{body}prefix: {path}\n", CondaEnvironmentYaml.Write(listing, "e", [], withBuilds: true));
        Assert.EndsWith($"\n# created-by: conda {release}\n\n", CondaListExport.Write(listing), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_names_the_lines_that_cannot_be_replayed()
    {
        var problems = new List<Problem>();
        var prefix = CondaPrefixReader.Read(fixture.Prefix("odd"), problems);

        var lines = UnreplayableLines.Find(
            CondaListing.Read(prefix, CondaRelease.Newest, problems), "export", "explicit", ExplicitHashes.None);

        Assert.Contains(lines, line => line is { File: "export", Line: "crlf=1.0=pypi_0" });
        Assert.Contains(lines, line => line is { File: "export", Line: "ch-file=1=0" });
        Assert.Contains(lines, line => line is { File: "explicit", Line: "file:///tmp/bld/linux-64/ch-file-1-0.conda" });
        Assert.Contains(lines, line => line is { File: "explicit", Line: "# no URL for: ch-unk-1-0.conda" });
        Assert.Contains(lines, line => line is { File: "explicit", Line: "https://conda.anaconda.org/priv3/linux-64/ch-tok-1-0.conda" });
        Assert.DoesNotContain(lines, line => line.Line.StartsWith("libz", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Line.Contains("/libz-", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_with_both_hashes_takes_the_sha256_else_the_md5()
    {
        var package = new CondaPackage
        {
            Name = "a",
            Version = "1",
            Build = "0",
            ChannelName = "c",
            FileName = "a-1-0.conda",
            Url = "https://h/a-1-0.conda",
            Md5 = "m",
            Sha256 = "s",
        };

        Assert.EndsWith("#s", CondaExplicit.Line(package, CondaRelease.Newest, ExplicitHashes.Sha256OrMd5), StringComparison.Ordinal);
        Assert.EndsWith(
            "#m", CondaExplicit.Line(package with { Sha256 = null }, CondaRelease.Newest, ExplicitHashes.Sha256OrMd5), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_takes_the_conda_of_the_base_environment()
    {
        var root = fixture.Copy("sp");
        var path = Path.Join(root, "envs", "mine");
        CondaPrefixFixture.CopyTree(fixture.Prefix("real"), path);
        File.WriteAllText(Path.Join(root, "conda-meta", "conda-24.9.2-py312_0.json"), "{}");
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string>(),
            HomeDirectory = root,
            CurrentDirectory = root,
            RootDirectory = root,
        };
        var prefix = CondaPrefixReader.Read(path, []);
        File.WriteAllText(Path.Join(root, ".condarc"), "channels:\n  - https://u:p@h.org/x\n  - defaults # last\nauto: no\n");
        File.WriteAllText(Path.Join(path, ".condarc"), "channels: [bioconda, 'defaults']\n");

        Assert.Equal("24.9.2", CondaReleaseFinder.Find(prefix, systemContext).Text);
        Assert.Equal(CondaRelease.Newest, CondaReleaseFinder.Find(prefix with { Path = "/nowhere" }, systemContext));
        Assert.Equal(["bioconda", "defaults", "https://h.org/x"], ChannelSettingsReader.ReadChannels(path, systemContext, []).AsEnumerable());
    }

    private static List<string> Snapshot(string path)
    {
        var entries = new List<string>();
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var length = entry is FileInfo file ? file.Length : 0;
            entries.Add(string.Create(CultureInfo.InvariantCulture, $"{entry.FullName} {entry.LastWriteTimeUtc:O} {length}"));
        }

        entries.Sort(StringComparer.Ordinal);
        return entries;
    }
}
