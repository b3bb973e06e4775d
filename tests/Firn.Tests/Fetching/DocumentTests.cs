using System.IO.Compression;
using System.Text;
using Firn.Common;

namespace Firn.Tests.Fetching;

public sealed class DocumentTests
{
    [Fact]
    public void TryReadDocument_gives_the_content_its_type_and_where_it_was_found()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = request => request.Path == "/simple/numpy"
            ? LoopbackReply.Redirect("numpy/#top", 301)
            : LoopbackReply.Text("<html>", "text/html; charset=utf-8");

        var document = fixture.Read($"http://user:pass@{fixture.Server.Authority}/simple/numpy");

        Assert.Equal("<html>", Encoding.UTF8.GetString(document!.Content));
        Assert.Equal("text/html; charset=utf-8", document.ContentType);
        Assert.Equal(fixture.Server.Url + "/simple/numpy/", document.Url);
        var request = fixture.Server.Requests.Last();
        Assert.Equal(("text/html", "gzip"), (request.Header("Accept"), request.Header("Accept-Encoding")));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public void TryReadDocument_gives_nothing_where_there_is_none(int status)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Status = status };

        Assert.Null(fixture.Read(fixture.Server.Url));
        Assert.Null(fixture.Read(fixture.Home["missing.html"]));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    public void TryReadDocument_fails_where_nobody_knows(int status)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Status = status };

        Assert.Throws<FirnException>(() => fixture.Read(fixture.Server.Url));
    }

    [Fact]
    public void TryReadDocument_decompresses()
    {
        using var fixture = new FetchFixture();
        var text = new string('x', 100_000);
        fixture.Server.Answer = _ => Compressed(text);

        Assert.Equal(text, Encoding.UTF8.GetString(fixture.Read(fixture.Server.Url)!.Content));
    }

    [Fact]
    public void TryReadDocument_refuses_more_than_the_limit()
    {
        using var fixture = new FetchFixture();
        var replies = new Queue<LoopbackReply>(
        [
            LoopbackReply.Text(new string('x', 1001)),
            LoopbackReply.Text(new string('x', 1001)) with { IsChunked = true },
            LoopbackReply.Text("x") with { IsEndless = true },
            Compressed(new string('x', 1001)),
            Compressed(new string('x', 50_000_000)),
        ]);
        var count = replies.Count;
        fixture.Server.Answer = _ => replies.Dequeue();
        for (var i = 0; i < count; i++)
        {
            var failure = Assert.Throws<FirnException>(() => fixture.Read(fixture.Server.Url, limit: 1000));
            Assert.Contains("more than 1000 bytes", failure.Message, StringComparison.Ordinal);
        }

        fixture.Server.Answer = _ => LoopbackReply.Text(new string('x', 1000));
        Assert.Equal(1000, fixture.Read(fixture.Server.Url, limit: 1000)!.Content.Length);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public void TryReadDocument_refuses_what_it_cannot_decompress(string encoding)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 1 });
        fixture.Server.Answer = _ => LoopbackReply.Text("no gzip") with { Headers = new() { ["Content-Encoding"] = encoding } };

        Assert.Throws<FirnException>(() => fixture.Read(fixture.Server.Url));
    }

    [Fact]
    public void TryReadDocument_reads_local_files()
    {
        using var fixture = new FetchFixture();
        var path = fixture.Home.Write("a b/index%.html", "<html>");

        foreach (var url in (string[])[path, "a b/index%.html", "file://" + path.Replace("%", "%25", StringComparison.Ordinal)])
        {
            var document = fixture.Read(url);
            Assert.Equal("<html>", Encoding.UTF8.GetString(document!.Content));
            Assert.Equal("text/html", document.ContentType);
            Assert.Equal($"file://{fixture.Home.Path}/a%20b/index%25.html", document.Url);
        }

        Assert.Throws<FirnException>(() => fixture.Read(path, limit: 3));
        Assert.Throws<FirnException>(() => fixture.Read(fixture.Home.Path));
    }

    private static LoopbackReply Compressed(string text)
    {
        var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return new LoopbackReply { Body = memory.ToArray(), Headers = { ["Content-Encoding"] = "gzip" } };
    }
}
