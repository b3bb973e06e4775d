using System.Text;
using Firn.Python.Metadata;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Metadata;

public sealed class DirectUrlReaderTests
{
    [Fact]
    public void Read_keeps_hashes_in_the_order_of_the_file()
    {
        var url = Read("""{"url": "https://x/a.whl", "archive_info": {"hashes": {"sha256": "1", "md5": "2", "sha256": "3"}}}""")!;
        Assert.Equal([new DirectUrlHash("sha256", "3"), new DirectUrlHash("md5", "2")], url.Archive!.Hashes.ToArray());
    }

    [Fact]
    public void Read_gives_commit_and_subdirectory()
    {
        var url = Read("""{"url": "https://x/a", "subdirectory": "s", "vcs_info": {"vcs": "git", "commit_id": "c", "requested_revision": "r"}}""")!;
        Assert.Equal(new DirectUrlVcs("git", "c", "r"), url.Vcs);
        Assert.Equal("s", url.Subdirectory);
    }

    [Theory]
    [InlineData("""{"url": "https://x", "dir_info": {}}""", nameof(DirectUrlRules.FormattedHash), true)]
    [InlineData("""{"url": "https://x", "dir_info": {}}""", nameof(DirectUrlRules.Packaging), false)]
    [InlineData("""{"url": "https://x", "archive_info": {"hash": "bad"}}""", nameof(DirectUrlRules.AnyHash), true)]
    [InlineData("""{"url": "https://x", "archive_info": {"hash": "bad"}}""", nameof(DirectUrlRules.FormattedHash), false)]
    [InlineData("""{"url": "https://x", "archive_info": {"hash": null}}""", nameof(DirectUrlRules.FormattedHash), false)]
    [InlineData("""{"url": "https://x", "archive_info": {"hash": null}}""", nameof(DirectUrlRules.Packaging), true)]
    [InlineData("[]", nameof(DirectUrlRules.Packaging), false)]
    [InlineData("", nameof(DirectUrlRules.Packaging), false)]
    public void Read_validates_as_that_pip_does(string json, string rules, bool isValid)
    {
        var url = DirectUrlReader.Read(Encoding.UTF8.GetBytes(json), Enum.Parse<DirectUrlRules>(rules), out var error);
        Assert.Equal(isValid, url is not null);
        Assert.Equal(isValid, error is null);
    }

    [Fact]
    public void Read_takes_any_text() =>
        Prop.ForAll<string?>(text => Read("{\"url\": \"x\", \"archive_info\": {}, " + text) is null || text is { Length: > 0 })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Read_refuses_deep_nesting() => Assert.Null(Read(new string('[', 100_000)));

    private static DirectUrl? Read(string json) =>
        DirectUrlReader.Read(Encoding.UTF8.GetBytes(json), DirectUrlRules.Packaging, out _);
}
