using Firn.Common;
using Firn.Python.Indexes;

namespace Firn.Tests.Python.Indexes;

public sealed class PackageIndexTests
{
    [Fact]
    public void FilesOf_asks_all_indexes_and_places()
    {
        using var folder = new TemporaryFolder();
        folder.Write("links/a-1.0-py3-none-any.whl", "12345");
        folder.Write("links/A-1.0.tar.gz");
        folder.Write("links/b-1.0.tar.gz");
        folder.Write("links/page.html", "<a href='https://linked.example/a-2.0.tar.gz'>a</a><a href='a-3.0.tar.gz'>a</a>");
        folder.Write("simple/a/index.html", "<a href='../../links/a-4.0.tar.gz'>a</a>");
        var pages = new StubPages()
            .Add("https://one.example/simple/a/", "<a href='a-5.0.tar.gz'>a</a><a href='other-1.tar.gz'>o</a><a href='../../x/a-1.0-py3-none-any.whl'>a</a>")
            .Add("https://flat.example/list", "<a href='a-6.0.tar.gz'>a</a>");
        var index = new PackageIndex(
            new IndexOptions
            {
                IndexUrl = "https://one.example/simple/",
                ExtraIndexUrls = [FileUrl.FromPath(folder["simple"]), "https://none.example/simple"],
                FindLinks = [folder["links"], "https://flat.example/list", "https://flat.example/a-7.0.tar.gz#md5=11111111111111111111111111111111", folder["missing"]],
            },
            pages);

        var files = index.FilesOf("a", CancellationToken.None);

        Assert.Equal(
            ["A-1.0.tar.gz", "a-1.0-py3-none-any.whl", "a-3.0.tar.gz", "a-2.0.tar.gz", "a-6.0.tar.gz", "a-7.0.tar.gz", "a-5.0.tar.gz", "a-1.0-py3-none-any.whl", "a-4.0.tar.gz"],
            files.Select(file => file.FileName));
        Assert.Equal(5, files[1].Size);
        Assert.Single(files[5].Hashes);
        Assert.Equal(FileUrl.FromPath(folder["links/a-4.0.tar.gz"]), files[^1].Url);
        Assert.Equal(["https://flat.example/list", "https://one.example/simple/a/", "https://none.example/simple/a/"], pages.Asked);
        Assert.Equal("find-links-unreadable", Assert.Single(index.Problems).Code);
        Assert.Single(index.FilesOf("b", CancellationToken.None));
        Assert.Equal(1, pages.Asked.Count(url => url == "https://flat.example/list"));
    }

    [Fact]
    public void FilesOf_without_index_asks_nobody()
    {
        var pages = new StubPages();

        Assert.Empty(new PackageIndex(new IndexOptions { NoIndex = true, IndexUrl = "https://x.example" }, pages).FilesOf("a", CancellationToken.None));
        Assert.Empty(new PackageIndex(IndexOptions.None, pages).FilesOf("../a", CancellationToken.None));

        Assert.Empty(pages.Asked);
    }

    [Fact]
    public void FilesOf_by_default_asks_the_public_index()
    {
        var pages = new StubPages();

        _ = new PackageIndex(IndexOptions.None, pages).FilesOf("a-b", CancellationToken.None);

        Assert.Equal("https://pypi.org/simple/a-b/", Assert.Single(pages.Asked));
    }

    [Fact]
    public void FromEnvironment_variables_count_before_files_and_pip_before_uv()
    {
        using var folder = new TemporaryFolder();
        folder.Write("home/.config/pip/pip.conf", "[global]\nindex-url = https://global.example\nfind-links =\n  wheels\n  https://l.example\n[install]\nextra-index-url = https://extra.example\nno-binary = :all:\n");
        folder.Write("prefix/pip.conf", "[global]\ntrusted-host = prefix.example\n");
        var systemContext = Here(folder, []);

        var files = IndexOptions.FromEnvironment(systemContext, folder["prefix"]);
        var variables = IndexOptions.FromEnvironment(Here(folder, new() { ["PIP_INDEX_URL"] = "https://u:p@variable.example", ["UV_INDEX_URL"] = "https://uv.example", ["PIP_NO_INDEX"] = "true" }));
        var uv = IndexOptions.FromEnvironment(Here(folder, new() { ["PIP_CONFIG_FILE"] = "/dev/null", ["UV_DEFAULT_INDEX"] = "corp=https://uv.example", ["UV_INDEX"] = "x=https://a.example https://b.example?k=v" }));

        Assert.Equal(["https://global.example", "https://extra.example"], files.IndexUrls.AsEnumerable());
        Assert.Equal([folder["wheels"], "https://l.example"], files.FindLinks.AsEnumerable());
        Assert.Equal(["prefix.example"], files.TrustedHosts.AsEnumerable());
        Assert.False(new FormatControl(files.Formats).AllowsWheels("a"));
        Assert.Equal("https://u:p@variable.example", variables.IndexUrl);
        Assert.Empty(variables.IndexUrls);
        Assert.DoesNotContain("u:p", (variables with { NoIndex = false }).ToString(), StringComparison.Ordinal);
        Assert.Equal(["https://uv.example", "https://a.example", "https://b.example?k=v"], uv.IndexUrls.AsEnumerable());
        Assert.Equal(["https://pypi.org/simple"], IndexOptions.None.IndexUrls.AsEnumerable());
    }

    [Fact]
    public void Then_lists_add_up_and_the_later_index_counts()
    {
        var first = new IndexOptions { IndexUrl = "https://a", ExtraIndexUrls = ["https://x"], NoIndex = false, FindLinks = ["/l"] };

        var both = first.Then(new IndexOptions { IndexUrl = "https://b", ExtraIndexUrls = ["https://y", "https://x"], RequireHashes = true });

        Assert.Equal(["https://b", "https://x", "https://y"], both.IndexUrls.AsEnumerable());
        Assert.Equal(["/l"], both.FindLinks.AsEnumerable());
        Assert.True(both.RequireHashes);
    }

    [Theory]
    [InlineData("n:all:", false, true)]
    [InlineData("o:all:", true, false)]
    [InlineData("n:all: oa", true, false)]
    [InlineData("o:all: na", false, true)]
    [InlineData("na n:none:", true, true)]
    [InlineData("n:all:,:none:,b", true, true)]
    [InlineData("nb", true, true)]
    [InlineData("nA oA", true, false)]
    public void FormatControl_follows_the_order_of_the_options(string options, bool wheels, bool sources)
    {
        var control = new FormatControl(options.Split(' ').Select(option => new FormatChange(option[0] == 'n', option[1..])));

        Assert.Equal((wheels, sources), (control.AllowsWheels("a"), control.AllowsSources("a")));
    }

    private static SystemContext Here(TemporaryFolder folder, Dictionary<string, string> variables) => new()
    {
        Variables = variables,
        HomeDirectory = folder["home"],
        CurrentDirectory = folder.Path,
        RootDirectory = folder["root"],
    };
}
