using Firn.Common.Files;
using Firn.Python.Discovery;

namespace Firn.Tests.Python.Discovery;

public sealed class DistributionDiscoveryTests : IDisposable
{
    private readonly string _root = RealPath.Of(Directory.CreateTempSubdirectory("firn-find-").FullName);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Find_tells_what_is_hidden_and_by_what()
    {
        var first = Distribution("one", "foo_bar-1.0.dist-info", "Foo.Bar", "1.0");
        var second = Distribution("two", "Foo.bar-2.0.dist-info", "foo-bar", "2.0");
        var result = DistributionDiscovery.Find([Folder("one"), Folder("two")], new(), DiscoveryRules.Newest, []);
        Assert.Equal([first], result.Found.Select(item => item.Path));
        var hidden = Assert.Single(result.Shadowed);
        Assert.Equal((second, first), (hidden.Metadata.Path, hidden.HiddenBy.Path));
        Assert.Equal("2.0", hidden.Metadata.Headers!.First("Version"));
    }

    [Fact]
    public void Find_gives_the_facts_of_a_distribution()
    {
        Distribution("site", "foo_bar-1.0.dist-info", "Foo.Bar", "1.0.0");
        var found = Assert.Single(DistributionDiscovery.Find([Folder("site")], new(), DiscoveryRules.Newest, []).Found);
        Assert.Equal(("foo-bar", "foo_bar", "1.0"), (found.CanonicalName, found.FileNameName, found.FileNameVersion));
        Assert.Equal((MetadataKind.DistInfo, Folder("site"), Folder("site")), (found.Kind, found.Location, found.InstalledLocation));
        Assert.Equal("Foo.Bar", found.Headers!.First("Name"));
    }

    [Fact]
    public void Find_follows_an_egg_link_to_its_project()
    {
        Distribution("project", "linked.egg-info", "linked", "1.0", "PKG-INFO");
        Directory.CreateDirectory(Folder("site"));
        File.WriteAllText(Path.Join(Folder("site"), "linked.egg-link"), "\n../project\n.");
        var found = Assert.Single(DistributionDiscovery.Find([Folder("site")], new(), DiscoveryRules.Newest, []).Found);
        Assert.Equal(Folder("site"), found.InstalledLocation);
        Assert.Equal("linked", found.CanonicalName);
    }

    [SkippableTheory]
    [InlineData(nameof(DiscoveryBackend.Importlib))]
    [InlineData(nameof(DiscoveryBackend.PackageResources))]
    public void Find_survives_what_is_no_metadata(string backend)
    {
        Part.Require("mkfifo");
        var pipe = Path.Join(Folder("site"), "pipe-1.0.dist-info");
        Directory.CreateDirectory(pipe);
        Part.Run("mkfifo", Path.Join(pipe, "METADATA"));
        File.CreateSymbolicLink(Path.Join(Folder("site"), "loop-1.0.dist-info"), Path.Join(Folder("site"), "loop-1.0.dist-info"));
        Part.Run("mkfifo", Path.Join(Folder("site"), "pipe.egg-link"));
        Part.Run("mkfifo", Path.Join(Folder("site"), "file-1.0.egg-info"));
        File.WriteAllText(Path.Join(Folder("site"), "no.zip"), "PK");
        var paths = new[] { Folder("site"), Path.Join(Folder("site"), "no.zip"), "/nowhere", "", "a\0b" };
        var rules = DiscoveryRules.Newest with { Backend = Enum.Parse<DiscoveryBackend>(backend), ScansEggs = true };
        var result = DistributionDiscovery.Find(paths, new(), rules, []);
        Assert.Contains(result.Found, item => item.CanonicalName == "pipe" && item.Headers is null);
    }

    /// <summary>The capture and pip's listing look at one search path: whoever comes second reads nothing anew.</summary>
    [Theory]
    [InlineData(nameof(DiscoveryBackend.Importlib), "foo_bar")]
    [InlineData(nameof(DiscoveryBackend.PackageResources), "foo-bar")]
    public void Find_again_with_one_catalog_reads_no_file_twice(string backend, string name)
    {
        Distribution("site", "foo_bar-1.0.dist-info", "Foo.Bar", "1.0");
        Distribution("site", "egg.egg-info", "egg", "2.0", "PKG-INFO");
        File.WriteAllText(Path.Join(Folder("site"), "foo_bar-1.0.dist-info", "direct_url.json"), "{}");
        File.CreateSymbolicLink(Folder("link"), Folder("site"));
        var catalog = new SearchPathCatalog();
        foreach (var found in DistributionDiscovery.Find([Folder("site")], catalog, DiscoveryRules.Newest, []).Found)
        {
            _ = (found.Headers, found.Files.DirectUrl);
        }

        foreach (var file in Directory.GetFiles(Folder("site"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var rules = DiscoveryRules.Newest with { Backend = Enum.Parse<DiscoveryBackend>(backend) };
        var again = DistributionDiscovery.Find([Folder("link")], catalog, rules, []).Found;
        Assert.Equal(["egg", name], again.Select(item => item.FileNameName).Order(StringComparer.Ordinal));
        Assert.Equal(["1.0", "2.0"], again.Select(item => item.Headers?.First("Version")).Order(StringComparer.Ordinal));
        Assert.Contains(again, item => item.Files.DirectUrl.IsComplete);
    }

    [Fact]
    public void Find_reads_a_zip_file()
    {
        var zip = Path.Join(_root, "lib.zip");
        using (var archive = System.IO.Compression.ZipFile.Open(zip, System.IO.Compression.ZipArchiveMode.Create))
        {
            using var stream = archive.CreateEntry("In_Zip-1.0.dist-info/METADATA").Open();
            stream.Write("Name: In.Zip\nVersion: 1.0\n"u8);
        }

        var found = Assert.Single(DistributionDiscovery.Find([zip], new(), DiscoveryRules.Newest, []).Found);
        Assert.Equal("In.Zip", found.Headers!.First("Name"));
    }

    private string Folder(string name) => Path.Join(_root, name);

    private string Distribution(string site, string folder, string name, string version, string file = "METADATA")
    {
        var path = Path.Join(Folder(site), folder);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Join(path, file), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        return path;
    }
}
