using System.Text;

namespace Firn.Tests.Fetching;

public sealed class CredentialTests
{
    private static readonly byte[] Content = FetchSamples.Bytes(10);

    [Theory]
    [InlineData("user:pass@", "user:pass")]
    [InlineData("user@", "user:")]
    [InlineData("us%40er:p%2Fa%3As@", "us@er:p/a:s")]
    [InlineData("a:b:c@", "a:b:c")]
    [InlineData("a@b:c@", "a@b:c")]
    [InlineData("gr%C3%BC%C3%9F:x@", "grüß:x")]
    public void Fetch_sends_the_credentials_of_the_url_as_a_header(string userInfo, string expected)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request($"http://{userInfo}{fixture.Server.Authority}/a?b=c", Content)).Dispose();

        var request = Assert.Single(fixture.Server.Requests);
        Assert.Equal("/a?b=c", request.Target);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(expected)), request.Header("Authorization"));
    }

    [Fact]
    public void Fetch_sends_the_credentials_of_one_url_with_others_of_its_origin()
    {
        using var fixture = new FetchFixture();
        using var other = new LoopbackServer();
        fixture.Server.Answer = other.Answer = _ => new LoopbackReply { Body = Content };

        Assert.NotNull(fixture.Read($"http://user:pass@{fixture.Server.Authority}/simple/"));
        fixture.Fetch(FetchSamples.Request(fixture.Server.Url + "/a", Content)).Dispose();
        fixture.Fetch(FetchSamples.Request(other.Url + "/a", Content)).Dispose();

        Assert.All(fixture.Server.Requests, request => Assert.Equal("Basic dXNlcjpwYXNz", request.Header("Authorization")));
        Assert.Null(Assert.Single(other.Requests).Header("Authorization"));
    }

    [Theory]
    [InlineData("machine 127.0.0.1 login user password pass", "Basic dXNlcjpwYXNz")]
    [InlineData("default login user password pass", "Basic dXNlcjpwYXNz")]
    [InlineData("machine 127.0.0.1 account user password pass", "Basic dXNlcjpwYXNz")]
    [InlineData("machine 127.0.0.1 login user password pass default login x password y", "Basic dXNlcjpwYXNz")]
    [InlineData("machine example.org login user password pass", null)]
    [InlineData("machine 127.0.0.1 nonsense", null)]
    [InlineData("machine 127.0.0.1", null)]
    public void Fetch_sends_what_netrc_has_of_the_host(string netrc, string? expected)
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write(".netrc", netrc);
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content)).Dispose();

        Assert.Equal(expected, Assert.Single(fixture.Server.Requests).Header("Authorization"));
    }

    [Theory]
    [InlineData("NETRC", "~/other", "other", true)]
    [InlineData("NETRC", "", ".netrc", false)]
    [InlineData("OTHER", "", "_netrc", true)]
    public void Fetch_reads_the_netrc_that_requests_would(string variable, string value, string file, bool isRead)
    {
        using var fixture = new FetchFixture(FetchSamples.Options, (variable, value));
        fixture.Home.Write(file, "default login user password pass");
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content)).Dispose();

        Assert.Equal(isRead, Assert.Single(fixture.Server.Requests).Header("Authorization") is not null);
    }

    [Theory]
    [InlineData("""{"127.0.0.1": {"BearerToken": "abc"}}""", "Bearer abc", "/a")]
    [InlineData("""{"127.0.0.1": {"BasicHTTP": {"username": "user", "password": "pass"}}}""", "Basic dXNlcjpwYXNz", "/a")]
    [InlineData("""{"127.0.0.1": {"BasicHttp": {"username": "user", "password": "pass"}}}""", "Basic dXNlcjpwYXNz", "/a")]
    [InlineData("""{"127.0.0.1": {"CondaToken": "tk-1"}}""", null, "/t/tk-1/a")]
    [InlineData("""{"127.0.0.1": {"CondaToken": "tk/../1"}}""", null, "/a")]
    [InlineData("""{"127.0.0.1": {"BearerToken": "a\r\nHost: evil"}}""", null, "/a")]
    [InlineData("""{"*.0.0.1": {"BearerToken": "abc"}}""", null, "/a")]
    [InlineData("""{"127.0.0.1": {"S3Credentials": {"access_key_id": "abc"}}}""", null, "/a")]
    [InlineData("""["127.0.0.1"]""", null, "/a")]
    [InlineData("no json", null, "/a")]
    public void Fetch_sends_what_rattler_has_of_the_host(string json, string? header, string target)
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write(".rattler/credentials.json", json);
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url + "/a", Content)).Dispose();

        var request = Assert.Single(fixture.Server.Requests);
        Assert.Equal((header, target), (request.Header("Authorization"), request.Target));
    }

    [Fact]
    public void Fetch_leaves_the_token_of_a_url_where_it_is()
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write(".rattler/credentials.json", """{"127.0.0.1": {"CondaToken": "other"}}""");
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url + "/t/own/a", Content)).Dispose();

        Assert.Equal("/t/own/a", Assert.Single(fixture.Server.Requests).Target);
    }

    [Theory]
    [InlineData(401, "asks for credentials")]
    [InlineData(403, "refuses access")]
    public void Fetch_says_where_credentials_are_looked_for(int status, string expected)
    {
        using var fixture = new FetchFixture(FetchSamples.Options, ("RATTLER_AUTH_FILE", "missing.json"));
        fixture.Home.Write(".netrc", "machine 127.0.0.1 login user passwort s3cret");
        fixture.Server.Answer = _ => new LoopbackReply { Status = status };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url + "/a"));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains(".netrc is not used: line 1: an unknown word", failure.Message, StringComparison.Ordinal);
        Assert.Contains("missing.json is not used: not found", failure.Message, StringComparison.Ordinal);
        Assert.Contains("~/.rattler/credentials.json", failure.Hint.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void Fetch_says_whose_credentials_are_refused()
    {
        using var fixture = new FetchFixture();
        var path = fixture.Home.Write(".netrc", "default login user password s3cret");
        fixture.Server.Answer = _ => new LoopbackReply { Status = 401 };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url + "/a"));

        Assert.Contains($"refuses the credentials of {path}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user:s3cret@127.0.0.1:1/a.whl")]
    [InlineData("http://user:s3cret@127.0.0.1:1/a.whl?sig=s3cret")]
    [InlineData("http://127.0.0.1:1/t/s3cret/a.conda")]
    [InlineData("http://user:s3/cret@127.0.0.1:1/a.whl")]
    [InlineData("http://user:s3#cret@127.0.0.1:1/a.whl")]
    [InlineData("http://user:s3cret@:x/a.whl")]
    [InlineData("http://user:s3cret@h\\a/a.whl")]
    [InlineData("ftp://user:s3cret@127.0.0.1:1/a.whl")]
    [InlineData("http://user:s3cret@127.0.0.1:1/a\nb")]
    public void Messages_and_records_hold_no_credentials(string url)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 0 });

        var failure = fixture.Fail(FetchSamples.Request(url));

        foreach (var secret in (string[])["s3cret", "cret@", "user:"])
        {
            for (Exception? at = failure; at is not null; at = at.InnerException)
            {
                Assert.DoesNotContain(secret, at.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Requests_show_no_credentials() =>
        Assert.Equal("https://h/a", FetchSamples.Request("https://user:s3cret@h/a").ToString());
}
