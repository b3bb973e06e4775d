using System.Security.Cryptography;
using Firn.Common;
using Firn.Fetching;

namespace Firn.Tests.Fetching;

public sealed class FetcherTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void Fetch_gives_the_bytes_and_their_digests(int length)
    {
        using var fixture = new FetchFixture();
        var content = FetchSamples.Bytes(length);
        fixture.Server.Answer = _ => new LoopbackReply { Body = content };

        string path;
        using (var file = fixture.Fetch(FetchSamples.Request($"{fixture.Server.Url}/a%2Bb.whl#egg=x", content)))
        {
            path = file.Path;
            Assert.Equal(content, File.ReadAllBytes(path));
            Assert.Equal(length, file.Size);
            Assert.Equal(FetchSamples.Sha256(content).Hex, file.Sha256.Hex);
#pragma warning disable CA5351
            Assert.Equal(Convert.ToHexStringLower(MD5.HashData(content)), file.Md5);
#pragma warning restore CA5351
            Assert.True(file.IsTemporary);
            Assert.Equal(fixture.Downloads, Path.GetDirectoryName(path));
        }

        Assert.False(File.Exists(path));
        Assert.Equal((length, length, 1), (fixture.Progress.BytesReceived, fixture.Progress.BytesExpected, fixture.Progress.FilesDone));
        var request = Assert.Single(fixture.Server.Requests);
        Assert.Equal("/a%2Bb.whl", request.Target);
        Assert.Equal("identity", request.Header("Accept-Encoding"));
        Assert.StartsWith("firn/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Null(request.Header("Authorization"));
    }

    [Fact]
    public void Fetch_takes_any_hash_of_the_strongest_algorithm_and_ignores_weaker_ones()
    {
        using var fixture = new FetchFixture();
        var content = FetchSamples.Bytes(100);
        fixture.Server.Answer = _ => new LoopbackReply { Body = content };
        var wrong = new FileHash(FileHash.Sha512, new string('0', 128));
        var right = new FileHash(FileHash.Sha512, Convert.ToHexStringLower(SHA512.HashData(content)));
        var weaker = new FileHash(FileHash.Sha256, new string('0', 64));

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, wrong, right, weaker)).Dispose();

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, wrong, FetchSamples.Sha256(content)));
        Assert.Contains("sha512", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha384")]
    [InlineData("sha512")]
    [InlineData("md5")]
    public void Fetch_checks_each_algorithm(string algorithm)
    {
        using var fixture = new FetchFixture();
        var content = FetchSamples.Bytes(100);
        fixture.Server.Answer = _ => new LoopbackReply { Body = content };
        var hash = algorithm switch
        {
            "sha384" => SHA384.HashData(content),
            "sha512" => SHA512.HashData(content),
#pragma warning disable CA5351
            _ => MD5.HashData(content),
#pragma warning restore CA5351
        };

        fixture.Fetch(FetchSamples.Request(fixture.Server.Url, new FileHash(algorithm, Convert.ToHexStringLower(hash)))).Dispose();
        hash[0] ^= 1;
        fixture.Fail(FetchSamples.Request(fixture.Server.Url, new FileHash(algorithm, Convert.ToHexStringLower(hash))));
    }

    [Fact]
    public void Fetch_refuses_a_hash_that_it_cannot_check()
    {
        using var fixture = new FetchFixture();

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, new FileHash("blake3", "00")));

        Assert.Contains("blake3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_names_both_hashes_after_one_more_try()
    {
        using var fixture = new FetchFixture();
        var content = FetchSamples.Bytes(100);
        fixture.Server.Answer = _ => new LoopbackReply { Body = content };
        var expected = new string('a', 64);

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url, new FileHash(FileHash.Sha256, expected)) with { Name = "numpy" });

        Assert.StartsWith("numpy is another file", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains(FetchSamples.Sha256(content).Hex, failure.Message, StringComparison.Ordinal);
        Assert.Equal([null, "no-cache"], fixture.Server.Requests.Select(request => request.Header("Cache-Control")));
    }

    [Fact]
    public void Fetch_takes_the_second_copy_where_the_first_was_damaged()
    {
        using var fixture = new FetchFixture();
        var content = FetchSamples.Bytes(5000);
        fixture.Server.Answer = _ => new LoopbackReply
        {
            Body = fixture.Server.Requests.Count == 1 ? FetchSamples.Bytes(5000)[..4999].Append((byte)0).ToArray() : content,
        };

        using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, FetchSamples.Sha256(content)));

        Assert.Equal(content, File.ReadAllBytes(file.Path));
        Assert.Equal(5000, fixture.Progress.BytesReceived);
    }

    [Fact]
    public void Fetch_by_many_threads_stays_within_the_places_of_a_host()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { MaxPerHost = 2 });
        var content = FetchSamples.Bytes(50_000);
        var now = 0;
        var most = 0;
        fixture.Server.Answer = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            Thread.Sleep(20);
            Interlocked.Decrement(ref now);
            return new LoopbackReply { Body = content };
        };
        var paths = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            using var file = fixture.Fetch(FetchSamples.Request(fixture.Server.Url, content));
            paths.Add(file.Path);
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(8, paths.Distinct().Count());
        Assert.InRange(most, 1, 2);
        Assert.Equal((400_000L, 8), (fixture.Progress.BytesReceived, fixture.Progress.FilesDone));
    }

    [Fact]
    public void Fetch_offline_names_the_file_and_asks_nobody()
    {
        using var fixture = new FetchFixture(FetchSamples.Options with { IsOffline = true });

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url + "/a.whl"));

        Assert.Contains("/a.whl", failure.Message, StringComparison.Ordinal);
        Assert.Contains("offline", failure.Message, StringComparison.Ordinal);
        Assert.Throws<FirnException>(() => fixture.Read(fixture.Server.Url));
        Assert.Empty(fixture.Server.Requests);
    }

    [Fact]
    public void Fetch_says_where_it_could_not_write()
    {
        using var fixture = new FetchFixture();
        fixture.Server.Answer = _ => new LoopbackReply { Body = FetchSamples.Bytes(10) };
        Directory.Delete(fixture.Downloads);

        var failure = Assert.Throws<FirnException>(() => fixture.Fetch(FetchSamples.Request(fixture.Server.Url)));

        Assert.Contains("the folder does not exist", failure.Message, StringComparison.Ordinal);
    }
}
