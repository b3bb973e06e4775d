namespace Firn.Tests.Fetching;

public sealed class RedirectTests
{
    private static readonly byte[] Content = FetchSamples.Bytes(1000);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void Fetch_follows_redirects(int status)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = request => request.Path switch
        {
            "/a/b" => LoopbackReply.Redirect("/root%20path?q=1", status),
            "/root path" => LoopbackReply.Redirect("sibling", status),
            "/sibling" => LoopbackReply.Redirect($"//{fixture.Server.Authority}/absolute", status),
            "/absolute" => LoopbackReply.Redirect(fixture.Server.Url + "/end", status),
            _ => new LoopbackReply { Body = Content },
        };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url + "/a/b", Content)).Dispose();

        Assert.Equal(
            ["/a/b", "/root%20path?q=1", "/sibling", "/absolute", "/end"],
            fixture.Server.Requests.Select(request => request.Target));
    }

    [Fact]
    public void Fetch_ends_a_circle_of_redirects()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => LoopbackReply.Redirect("/again");

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url));

        Assert.Contains("more than 10 redirects", failure.Message, StringComparison.Ordinal);
        Assert.Equal(11, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "file:")]
    [InlineData("ftp://127.0.0.1/a", "ftp:")]
    [InlineData("http://[/", "leads nowhere")]
    [InlineData("", "leads nowhere")]
    public void Fetch_refuses_redirects_out_of_http(string target, string expected)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply
        {
            Status = 302,
            Headers = target.Length == 0 ? [] : new() { ["Location"] = target },
        };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_sends_credentials_again_only_to_the_same_origin()
    {
        using var fixture = new FetchFixture();
        using var other = new LoopbackServer();
        fixture.Server.Answer = request => LoopbackReply.Redirect(request.Path == "/a" ? "/b" : other.Url + "/c");
        other.Answer = request => request.Path == "/c"
            ? LoopbackReply.Redirect(other.Url.Replace("//", "//evil:pw@", StringComparison.Ordinal) + "/d")
            : new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request($"http://user:pass@{fixture.Server.Authority}/a", Content)).Dispose();

        Assert.All(fixture.Server.Requests, request => Assert.Equal("Basic dXNlcjpwYXNz", request.Header("Authorization")));
        Assert.Equal(2, other.Requests.Count);
        Assert.All(other.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public void Fetch_refuses_a_redirect_from_https_to_http()
    {
        using var authority = new TestCertificate();
        using var fixture = new FetchFixture(
            FetchSamples.Options, ("SSL_CERT_FILE", authority.Path));
        using var secure = new LoopbackServer(certificate: authority.Certificate);
        secure.Answer = _ => LoopbackReply.Redirect(fixture.Server.Url);

        var failure = fixture.Fail(FetchSamples.Request(secure.Url));

        Assert.Contains("from https to http", failure.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Server.Requests);
    }
}
