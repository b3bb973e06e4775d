using System.Diagnostics;
using Firn.Common;

namespace Firn.Tests.Fetching;

public sealed class TransferTroubleTests
{
    private static readonly byte[] Content = FetchSamples.Bytes(300_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150_000)]
    [InlineData(299_999)]
    public void Fetch_goes_on_where_the_connection_broke(int cut)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = request => LoopbackFolder.ServeBytes(Content, request) with
        {
            CutAfter = fixture.Server.Requests.Count == 1 ? cut : null,
        };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Equal(Content, File.ReadAllBytes(file.Path));
        Assert.Equal(Content.Length, fixture.Progress.BytesReceived);
        var second = fixture.Server.Requests.Last();
        Assert.Equal(cut == 0 ? null : $"bytes={cut}-", second.Header("Range"));
        Assert.Equal(cut == 0, second.Header("If-Range") is null);
    }

    [Fact]
    public void Fetch_begins_anew_where_the_file_changed_in_between()
    {
        using var fixture = new FetchFixture();
        var old = FetchSamples.Bytes(300_001);
        fixture.Server.Answer = request => fixture.Server.Requests.Count == 1
            ? LoopbackFolder.ServeBytes(old, request) with { CutAfter = 100_000 }
            : LoopbackFolder.ServeBytes(Content, request);

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url));

        Assert.Equal(Content, File.ReadAllBytes(file.Path));
        Assert.Equal(FetchSamples.Sha256(Content).Hex, file.Sha256.Hex);
    }

    [Theory]
    [InlineData("bytes 5-299999/300000", "\"tag\"")]
    [InlineData("bytes 100000-299999/400000", "\"tag\"")]
    [InlineData("bytes 100000-299999/300000", "\"other\"")]
    [InlineData("lines 100000-299999/300000", "\"tag\"")]
    [InlineData("nonsense", "\"tag\"")]
    public void Fetch_begins_anew_where_the_part_is_not_the_one_asked_for(string range, string tag)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = request => (fixture.Server.Requests.Count, request.Header("Range")) switch
        {
            (1, _) => new LoopbackReply { Body = Content, CutAfter = 100_000, Headers = { ["ETag"] = "\"tag\"" } },
            (_, not null) => new LoopbackReply
            {
                Status = 206,
                Body = Content[100_000..],
                Headers = { ["Content-Range"] = range, ["ETag"] = tag },
            },
            _ => new LoopbackReply { Body = Content },
        };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url));

        Assert.Equal(Content, File.ReadAllBytes(file.Path));
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData("ETag", "W/\"weak\"", null)]
    [InlineData("ETag", "unquoted", null)]
    [InlineData("ETag", "\"é\"", null)]
    [InlineData("Last-Modified", "Sat, 01 Jan 2022 00:00:00 GMT", "Sat, 01 Jan 2022 00:00:00 GMT")]
    [InlineData("Last-Modified", "Sun, 02 Jan 2022 00:00:00 GMT", null)]
    public void Fetch_resumes_only_with_a_strong_validator(string name, string value, string? condition)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply
        {
            Body = Content,
            CutAfter = fixture.Server.Requests.Count == 1 ? 1000 : null,
            Headers = { [name] = value, ["Date"] = "Sun, 02 Jan 2022 00:00:30 GMT" },
        };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content)).Dispose();

        Assert.Equal(condition, fixture.Server.Requests.Last().Header("If-Range"));
    }

    [Fact]
    public void Fetch_does_not_count_tries_that_get_ahead()
    {
        var content = FetchSamples.Bytes(10 << 20);
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 1 });
        fixture.Server.Answer = request => LoopbackFolder.ServeBytes(content, request) with { CutAfter = 3 << 19 };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, content));

        Assert.Equal(FetchSamples.Sha256(content).Hex, file.Sha256.Hex);
        Assert.Equal(7, fixture.Server.Requests.Count);
    }

    [Fact]
    public void Fetch_gives_up_where_each_try_brings_little()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = request => LoopbackFolder.ServeBytes(Content, request) with { CutAfter = 1 };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Contains("tried 4 times", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fetch_tells_a_body_that_ends_early(bool isChunked)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 0 });
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content[..1000], EndsWithConnection = !isChunked, IsChunked = isChunked };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Contains("broke off after 1000 of 300000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(299_999L)]
    [InlineData(300_001L)]
    [InlineData(long.MaxValue)]
    public void Fetch_refuses_a_length_that_is_not_the_files(long declared)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, DeclaredLength = declared };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Contains($"{declared} bytes, expected 300000", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void Fetch_refuses_an_endless_body_at_the_files_size()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, IsEndless = true };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Contains("more than 300000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_refuses_an_endless_body_of_unknown_size_at_the_limit()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { MaxBytes = 5_000_000 });
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, IsEndless = true };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url));

        Assert.Contains("more than 5000000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void Fetch_tries_again_after_a_failure_that_may_pass(int status)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => fixture.Server.Requests.Count < 3
            ? new LoopbackReply { Status = status }
            : new LoopbackReply { Body = Content };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content)).Dispose();

        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(501)]
    [InlineData(204)]
    [InlineData(304)]
    public void Fetch_does_not_try_again_after_a_failure_that_stays(int status)
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Status = status };

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url));

        Assert.Contains(status.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Theory]
    [InlineData("1", 60, 900)]
    [InlineData("99999999", 2, 1900)]
    [InlineData("Sat, 01 Jan 2022 00:00:00 GMT", 60, 0)]
    [InlineData("soon", 60, 0)]
    public void Fetch_waits_as_long_as_the_server_asks_within_bounds(string retryAfter, int bound, int least)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { MaxDelay = TimeSpan.FromSeconds(bound) });
        fixture.Server.Answer = _ => fixture.Server.Requests.Count < 2
            ? new LoopbackReply { Status = 429, Headers = { ["Retry-After"] = retryAfter } }
            : new LoopbackReply { Body = Content };
        var watch = Stopwatch.StartNew();

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content)).Dispose();

        Assert.InRange(watch.ElapsedMilliseconds, least, 30_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Fetch_goes_on_after_a_server_that_stands_still(int stall)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { StallTimeout = TimeSpan.FromSeconds(1) });
        fixture.Server.Answer = request => LoopbackFolder.ServeBytes(Content, request) with
        {
            StallAfter = fixture.Server.Requests.Count == 1 ? stall : null,
        };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content));

        Assert.Equal(Content, File.ReadAllBytes(file.Path));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Fetch_gives_up_on_a_server_that_drips(bool isChunked, bool isSizeKnown)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with
        {
            RateWindow = TimeSpan.FromMilliseconds(300),
            Retries = 1,
        });
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, Drip = TimeSpan.FromMilliseconds(20), IsChunked = isChunked };

        var failure = fixture.Fail(isSizeKnown
            ? FetchSamples.Request(fixture.Server.Url, Content)
            : FetchSamples.Request(fixture.Server.Url, FetchSamples.Sha256(Content)));

        Assert.Matches("the server sent [0-9]+ bytes in [0-9.]+ seconds \\(tried 2 times\\)", failure.Message);
    }

    [Fact]
    public void A_document_that_drips_is_given_up_on()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { RateWindow = TimeSpan.FromMilliseconds(300), Retries = 0 });
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, Drip = TimeSpan.FromMilliseconds(20), IsEndless = true };

        Assert.Contains("the server sent ", Assert.Throws<FirnException>(() => fixture.Read(fixture.Server.Url)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_waits_for_a_server_that_is_slow_but_keeps_on()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { RateWindow = TimeSpan.FromMilliseconds(100), LeastRate = 1, Retries = 0 });
        var content = FetchSamples.Bytes(40);
        fixture.Server.Answer = _ => new LoopbackReply { Body = content, Drip = TimeSpan.FromMilliseconds(10) };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, content));

        Assert.Equal(content, File.ReadAllBytes(file.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_of_unknown_size_that_never_ends_is_given_up_on(bool hasHash)
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { MaxBytes = 1 << 20 });
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content, IsEndless = true };

        var failure = fixture.Fail(hasHash
            ? FetchSamples.Request(fixture.Server.Url, FetchSamples.Sha256(Content))
            : FetchSamples.Request(fixture.Server.Url));

        Assert.Contains("has more than 1048576 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void Fetch_says_that_nobody_listens()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 1 });
        fixture.Server.Dispose();

        var failure = fixture.Fail(FetchSamples.Request("http://127.0.0.1:1/a.whl"));

        Assert.Contains("127.0.0.1:1: Connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tried 2 times", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Fetch_says_that_the_disk_is_full()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Body = Content };
        using var mount = Process.Start(
            new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k", "firn-test", fixture.Downloads])
            {
                RedirectStandardError = true,
            })!;
        mount.WaitForExit();
        Skip.IfNot(mount.ExitCode == 0, "no file system can be mounted here");
        try
        {
            var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, Content));

            Assert.Contains("no space left on the device", failure.Message, StringComparison.Ordinal);
            Assert.Single(fixture.Server.Requests);
        }
        finally
        {
            Process.Start("umount", ["--lazy", fixture.Downloads]).WaitForExit();
        }
    }

    [Fact]
    public void Fetch_says_that_a_host_is_not_known()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { Retries = 0 });

        var failure = fixture.Fail(FetchSamples.Request("http://firn.invalid/a.whl"));

        Assert.Contains("firn.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fetch_ends_within_a_second_where_it_is_cancelled(bool isInBody)
    {
        using var fixture = new FetchFixture();
        using var source = new CancellationTokenSource();
        fixture.Server.Answer = _ =>
        {
            source.CancelAfter(200);
            return isInBody
                ? new LoopbackReply { Body = Content, StallAfter = 1000 }
                : new LoopbackReply { Status = 503, Headers = { ["Retry-After"] = "40" } };
        };
        var watch = Stopwatch.StartNew();

        Assert.ThrowsAny<OperationCanceledException>(
            () => fixture.Fetch(FetchSamples.Request(fixture.Server.Url, Content), source.Token));

        Assert.InRange(watch.ElapsedMilliseconds, 100, 10_000);
        Assert.Empty(FetchSamples.FilesIn(fixture.Downloads));
    }
}
