using System.Collections.Immutable;
using Firn.Common;
using Firn.Fetching;

namespace Firn.Tests.Fetching;

public sealed class MirrorTests
{
    private const string Channel = "https://conda.invalid/conda-forge";
    private static readonly byte[] Content = FetchSamples.Bytes(1000);

    [Theory]
    [InlineData(Channel + "/noarch/a%2Bb.conda", "/cf/noarch/a%2Bb.conda")]
    [InlineData("HTTPS://user:pw@CONDA.invalid:443/conda-forge/a", "/cf/a")]
    [InlineData("https://conda.invalid/t/tk-1/conda-forge/a", "/cf/a")]
    [InlineData(Channel + "/label/dev/a", "/dev/a")]
    public void Fetch_asks_the_mirror_of_the_longest_prefix(string url, string target)
    {
        using var server = new LoopbackServer();
        server.Answer = _ => new LoopbackReply { Body = Content };
        using var fixture = new FetchFixture(Options(
            new Mirror(Channel + "/", [server.Url + "/cf/"]), new Mirror(Channel + "/label/dev", [server.Url + "/dev"])));

        fixture.Fetch(FetchSamples.Request(url, Content)).Dispose();

        var request = Assert.Single(server.Requests);
        Assert.Equal(target, request.Target);
        Assert.Null(request.Header("Authorization"));
    }

    [Fact]
    public void Fetch_asks_the_mirrors_in_order_until_one_has_the_right_file()
    {
        using var server = new LoopbackServer();
        server.Answer = request => request.Path switch
        {
            "/1/a" => new LoopbackReply { Status = 404 },
            "/2/a" => new LoopbackReply { Body = FetchSamples.Bytes(1000)[..999].Append((byte)0).ToArray() },
            _ => new LoopbackReply { Body = Content },
        };
        using var fixture = new FetchFixture(
            Options(new Mirror(Channel, [server.Url + "/1", server.Url + "/2", server.Url + "/3", server.Url + "/4"])));

        fixture.Fetch(FetchSamples.Request(Channel + "/a", Content)).Dispose();

        Assert.Equal(["/1/a", "/2/a", "/2/a", "/3/a"], server.Requests.Select(request => request.Path));
        Assert.Equal(
            (1000L, 1000L, 1),
            (fixture.Progress.BytesReceived, fixture.Progress.BytesExpected, fixture.Progress.FilesDone));
    }

    [Fact]
    public void Fetch_says_that_it_was_mirrors_that_were_asked()
    {
        using var server = new LoopbackServer();
        using var fixture = new FetchFixture(Options(new Mirror(Channel, [server.Url + "/1", server.Url + "/2"])));

        var failure = fixture.Fail(FetchSamples.Request(Channel + "/a"));

        Assert.Contains("the last of 2 mirrors", failure.Message, StringComparison.Ordinal);
        Assert.Null(fixture.Read(Channel + "/index.html"));
    }

    [Fact]
    public void Fetch_offline_takes_the_mirrors_of_this_machine()
    {
        using var folder = new TemporaryFolder();
        folder.Write("noarch/a+b.conda", Content);
        using var fixture = new FetchFixture(
            Options(new Mirror(Channel, ["https://mirror.invalid", folder.Path])) with { IsOffline = true });

        using var file = fixture.Fetch(FetchSamples.Request(Channel + "/noarch/a%2Bb.conda?x=y", Content));

        Assert.Equal(folder["noarch/a+b.conda"], file.Path);
    }

    [Theory]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/a/..%5c..%2f/b")]
    [InlineData("/%00")]
    public void Fetch_does_not_leave_the_folder_of_a_mirror(string rest)
    {
        using var folder = new TemporaryFolder();
        using var fixture = new FetchFixture(Options(new Mirror(Channel, [folder["mirror"]])));

        var failure = fixture.Fail(FetchSamples.Request(Channel + rest));

        Assert.Contains("it leads out of it", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://conda.invalid/conda-forge-other/a")]
    [InlineData("http://conda.invalid/conda-forge/a")]
    public void Fetch_leaves_other_places_alone(string url)
    {
        using var folder = new TemporaryFolder();
        using var fixture = new FetchFixture(Options(new Mirror(Channel, [folder.Path])) with { IsOffline = true });

        Assert.Contains("offline", fixture.Fail(FetchSamples.Request(url)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetcher_refuses_a_mirror_for_no_url()
    {
        using var home = new TemporaryFolder();

        Assert.Throws<FirnException>(
            () => new Fetcher(Options(new Mirror("conda-forge", ["x"])), FetchSamples.SystemContext(home)));
    }

    private static FetchOptions Options(params ImmutableArray<Mirror> mirrors) =>
        FetchSamples.Options with { Mirrors = mirrors, Retries = 0 };
}
