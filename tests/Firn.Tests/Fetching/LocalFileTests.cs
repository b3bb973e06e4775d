using System.Diagnostics;
using Firn.Common;
using Firn.Fetching;

namespace Firn.Tests.Fetching;

public sealed class LocalFileTests
{
    private static readonly byte[] Content = FetchSamples.Bytes(1000);

    [Theory]
    [InlineData("a b%2B.whl", true)]
    [InlineData("./sub/../a b%2B.whl", true)]
    [InlineData("file:///HOME/a%20b%252B.whl#sha256=x", false)]
    [InlineData("file://localhost/HOME/a%20b%252B.whl", false)]
    [InlineData("FILE:/HOME/a%20b%252B.whl?x", false)]
    public void Fetch_gives_the_local_file_itself(string url, bool isPath)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { IsOffline = true });
        var path = fixture.Home.Write("a b%2B.whl", Content);
        url = url.Replace("/HOME", fixture.Home.Path, StringComparison.Ordinal);

        using (var file = fixture.Fetch(FetchSamples.Request(url, Content)))
        {
            Assert.Equal(path, file.Path);
            Assert.Equal(FetchSamples.Sha256(Content).Hex, file.Sha256.Hex);
            Assert.False(file.IsTemporary);
        }

        Assert.True(File.Exists(path), isPath.ToString());
        Assert.Empty(FetchSamples.FilesIn(fixture.Downloads));
    }

    [Fact]
    public void Fetch_follows_a_link()
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write("real", Content);
        File.CreateSymbolicLink(fixture.Home["link"], "real");

        fixture.Fetch(FetchSamples.Request("link", Content)).Dispose();

        Assert.True(File.Exists(fixture.Home["link"]));
    }

    [Theory]
    [InlineData("file://host/a", "another host")]
    [InlineData("file:a", "not absolute")]
    [InlineData("file:", "not absolute")]
    [InlineData("file:///a%00b", "not absolute")]
    [InlineData("s3://bucket/a", "s3:")]
    [InlineData("git+https://h/a", "git+https:")]
    [InlineData("http://", "host or port")]
    [InlineData("http://h:99999/", "host or port")]
    [InlineData("", "empty")]
    [InlineData("missing.whl", "not found")]
    [InlineData(".", "not a readable file")]
    [InlineData("/dev/zero", "changes while it is read")]
    public void Fetch_says_what_is_wrong_with_a_place(string url, string expected)
    {
        using var fixture = new FetchFixture();

        var failure = fixture.Fail(FetchSamples.Request(url));

        Assert.Equal(FailureKind.Failed, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_does_not_wait_for_a_pipe()
    {
        using var fixture = new FetchFixture();
        using var made = Process.Start("mkfifo", fixture.Home["pipe"]);
        made.WaitForExit();

        fixture.Fail(FetchSamples.Request("pipe"));
    }

    [Fact]
    public void Fetch_checks_size_and_hash_of_local_files()
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write("a", Content);

        var size = fixture.Fail(new FetchRequest { Url = "a", Size = 999 });
        var hash = fixture.Fail(FetchSamples.Request("a", FetchSamples.Sha256([1])));

        Assert.Contains("1000 bytes, expected 999", size.Message, StringComparison.Ordinal);
        Assert.Contains("sha256", hash.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(fixture.Home["a"]));
    }

    [Fact]
    public void Fetch_tells_a_file_that_changes_while_it_is_read()
    {
        using var fixture = new FetchFixture();
        var path = fixture.Home.Write("a", new byte[64 << 20]);
        using var isDone = new ManualResetEventSlim();
        var writer = new Thread(() =>
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            while (!isDone.IsSet)
            {
                stream.WriteByte(1);
                stream.Flush();
            }
        });
        writer.Start();
        try
        {
            var failure = fixture.Fail(FetchSamples.Request("a"));
            Assert.Contains("changes while it is read", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            isDone.Set();
            writer.Join();
        }
    }

    [Fact]
    public void Fetch_of_a_local_file_is_cancelled()
    {
        using var fixture = new FetchFixture();
        fixture.Home.Write("a", Content);

        Assert.ThrowsAny<OperationCanceledException>(
            () => fixture.Fetch(FetchSamples.Request("a"), new CancellationToken(canceled: true)));
    }
}
