using System.Text;
using Firn.Common;
using Firn.Tests.Fetching;

namespace Firn.Tests.Images.Registries;

/// <summary>Registries on their bad days: each is survived, or said in one line, and nothing is half there.</summary>
public sealed class RegistryTroubleTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private LoopbackRegistry Registry => _fixture.Registry;

    private static string Layer => LoopbackRegistry.DigestOf(RegistryFixture.LayerBytes(1));

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Push_sends_large_blobs_in_chunks_and_the_tag_last()
    {
        var pushed = _fixture.Push();

        Assert.Equal((4, 0), (pushed.BlobsSent, pushed.BlobsThere));
        Assert.Equal(pushed.BytesSent, Registry.Received);
        var last = Registry.Server.Requests.Last();
        Assert.Equal(("PUT", $"/v2/{RegistryFixture.Repository}/manifests/1.0"), (last.Method, last.Path));
        Assert.Equal(9, Registry.Server.Requests.Count(static request => request.Method == "PATCH"));
        Assert.Equal(pushed.Digest, LoopbackRegistry.DigestOf(Registry.Manifests[$"{RegistryFixture.Repository}:1.0"].Content));
    }

    [Fact]
    public void Push_sends_only_what_has_changed()
    {
        _fixture.Push();
        _fixture.WriteLayout("next", 1, 2, 4);
        var before = Registry.Received;

        var pushed = _fixture.Push("next", "2.0");

        Assert.Equal((1, 3), (pushed.BlobsSent, pushed.BlobsThere));
        Assert.Equal(RegistryFixture.LayerBytes(4).Length, Registry.Received - before);
    }

    [Fact]
    public void Pull_brings_what_is_not_there_and_verifies_it()
    {
        _fixture.Fill();

        Assert.Equal(4, _fixture.Pull().BlobsSent);
        _fixture.MustBeWhole("pulled");
        Assert.Equal((0, 4), (_fixture.Pull() is var again ? again.BlobsSent : -1, again.BlobsThere));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(522)]
    public void What_may_pass_is_tried_again(int status)
    {
        var asked = new HashSet<string>();
        Registry.Trouble = request =>
        {
            lock (asked)
            {
                return asked.Add($"{request.Method} {request.Path.Split("/uploads/")[0]}") ? new LoopbackReply { Status = status, Headers = { ["Retry-After"] = "0" } } : null;
            }
        };

        _fixture.Push();
        asked.Clear();
        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
    }

    [Fact]
    public void Retry_after_is_waited_for()
    {
        _fixture.Fill();
        var isFirst = true;
        Registry.Trouble = request => request.Path.EndsWith("/manifests/1.0", StringComparison.Ordinal) && isFirst && !(isFirst = false)
            ? new LoopbackReply { Status = 429, Headers = { ["Retry-After"] = "1" } } : null;
        var started = Environment.TickCount64;

        _fixture.Pull();

        Assert.True(Environment.TickCount64 - started >= 1000);
    }

    [Fact]
    public void A_registry_that_stays_down_is_named()
    {
        Registry.Trouble = static request => request.Method == "POST" ? new LoopbackReply { Status = 503 } : null;

        Assert.Contains($"{Registry.Host} answers 503 ServiceUnavailable (tried 4 times)", _fixture.FailPush().Message);
    }

    [Fact]
    public void A_pull_that_breaks_off_goes_on_where_it_was()
    {
        _fixture.Fill();
        var cuts = 0;
        Registry.Trouble = request => request.Path.Contains("/blobs/", StringComparison.Ordinal) && Interlocked.Increment(ref cuts) <= 3
            ? Registry.Reply(request) with { CutAfter = 40_000 } : null;

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
        Assert.Contains(Registry.Server.Requests, static request => request.Header("Range") == "bytes=40000-");
    }

    [Fact]
    public void A_pull_that_failed_goes_on_in_the_same_layout()
    {
        _fixture.Fill();
        var first = true;
        Registry.Trouble = request => !request.Path.EndsWith(Layer, StringComparison.Ordinal) ? null
            : first && !(first = false) ? Registry.Reply(request) with { CutAfter = 70_000 } : new LoopbackReply { Status = 403 };
        Assert.Contains("refuses access", _fixture.FailPull().Message);
        Registry.Trouble = static _ => null;
        Registry.Server.Requests.Clear();

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
        Assert.Equal("bytes=70000-", Registry.Server.Requests.Single(static request => request.Path.EndsWith(Layer, StringComparison.Ordinal)).Header("Range"));
    }

    [Fact]
    public void What_an_earlier_pull_left_is_not_believed()
    {
        _fixture.Fill();
        _fixture.Write($"pulled/.firn-partial/{Layer[7..]}", new string('x', 70_000));
        _fixture.Write("pulled/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
    }

    [Theory]
    [InlineData("bytes 1-249999/250000")]
    [InlineData("bytes 40001-249999/250000")]
    [InlineData("bytes 40000-249999/999999")]
    [InlineData("nonsense")]
    public void A_wrong_Content_Range_is_not_believed(string range)
    {
        _fixture.Fill();
        var cut = false;
        Registry.Trouble = request => !request.Path.EndsWith(Layer, StringComparison.Ordinal) ? null
            : request.Header("Range") is not null ? Registry.Reply(request) with { Headers = new() { ["Content-Range"] = range } }
            : !cut && (cut = true) ? Registry.Reply(request) with { CutAfter = 40_000 } : null;

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
    }

    [Fact]
    public void A_registry_without_ranges_sends_all_once_more()
    {
        _fixture.Fill();
        var cut = false;
        Registry.Trouble = request => !request.Path.EndsWith(Layer, StringComparison.Ordinal) ? null
            : !cut && (cut = true) ? Registry.Reply(request) with { CutAfter = 40_000 } : new LoopbackReply { Body = Registry.Blobs[Layer] };

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
    }

    [Fact]
    public void A_blob_with_another_digest_is_refused()
    {
        _fixture.Fill();
        Registry.Blobs[Layer] = [.. Registry.Blobs[Layer].Reverse()];

        var failure = _fixture.FailPull();

        Assert.Equal($"what {Registry.Host} sends as {Layer} of {_fixture.Name} has another digest", failure.Message);
        Assert.Equal(FailureKind.Different, failure.Kind);
    }

    [Fact]
    public void A_manifest_with_another_digest_is_refused()
    {
        _fixture.Fill();
        Registry.Trouble = request => request.Path.EndsWith("/manifests/1.0", StringComparison.Ordinal)
            ? Registry.Reply(request) with { Headers = new() { ["Docker-Content-Digest"] = Layer } } : null;

        Assert.Contains($"and not the {Layer} that it should be", _fixture.FailPull().Message);
    }

    [Fact]
    public void An_endless_blob_ends_at_its_size()
    {
        _fixture.Fill();
        Registry.Trouble = request => request.Path.EndsWith(Layer, StringComparison.Ordinal) ? new LoopbackReply { Body = Registry.Blobs[Layer], IsEndless = true } : null;

        Assert.Contains("is longer than the 250000 bytes that its manifest says", _fixture.FailPull().Message);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(999_999)]
    public void A_Content_Length_that_lies_is_noticed(int length)
    {
        _fixture.Fill();
        Registry.Trouble = request => request.Path.EndsWith(Layer, StringComparison.Ordinal) ? new LoopbackReply { Body = Registry.Blobs[Layer], DeclaredLength = length } : null;

        var failure = _fixture.FailPull();

        Assert.Matches("is longer than the 250000 bytes|broke off after|has another digest", failure.Message);
    }

    [Fact]
    public void A_truncated_blob_is_refused()
    {
        _fixture.Fill();
        Registry.Blobs[Layer] = Registry.Blobs[Layer][..200_000];

        Assert.Matches("broke off after 200000 of 250000 bytes|sent another part than was asked for", _fixture.FailPull().Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_manifest_of_5_MiB_is_refused(bool isEndless)
    {
        var body = Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"x\":\"" + new string('x', 5 << 20) + "\"}");
        Registry.Trouble = request => request.Path.EndsWith("/manifests/1.0", StringComparison.Ordinal) ? new LoopbackReply { Body = body, IsEndless = isEndless } : null;

        Assert.Contains("has more than 4 MiB", _fixture.FailPull().Message);
    }

    [Fact]
    public void A_manifest_of_5_MiB_is_not_sent()
    {
        var manifest = $"{{\"annotations\":{{\"x\":\"{new string('x', 5 << 20)}\"}}," + File.ReadAllText(_fixture[$"image/blobs/sha256/{_fixture.WriteLayout("image", 1)[7..]}"])[1..];
        var digest = LoopbackRegistry.DigestOf(Encoding.UTF8.GetBytes(manifest));
        _fixture.Write($"image/blobs/sha256/{digest[7..]}", manifest);
        _fixture.Write("image/index.json", $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{digest}}","size":{{manifest.Length}}}]}""");

        Assert.Contains("more than a manifest", _fixture.FailPush().Message);
        Assert.Empty(Registry.Blobs);
    }

    [Theory]
    [InlineData("nonsense", "is not JSON")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "is no image")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""", "is no image")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","layers":[],"config":{}}""", "is no image")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:00","size":1},"layers":[]}""", "no digest of SHA-256")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":-1},"layers":[]}""", "no digest of SHA-256, or no size")]
    public void What_is_no_manifest_is_said(string content, string message)
    {
        Registry.Put(RegistryFixture.Repository, "1.0", "application/vnd.oci.image.manifest.v1+json", content);

        Assert.Contains(message, _fixture.FailPull().Message);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.0.0.7/x")]
    [InlineData("https://[fd00::1]/x")]
    [InlineData("https://192.168.1.1/x")]
    [InlineData("https://2886729729/x")]
    public void A_Location_at_a_private_address_is_refused(string location)
    {
        Registry.Trouble = request => request.Method == "POST" ? new LoopbackReply { Status = 202, Headers = { ["Location"] = location } } : null;

        var failure = _fixture.FailPush();

        Assert.Matches("a Location at (the private address|http)", failure.Message);
    }

    [Fact]
    public void Credentials_stay_with_the_registry_when_it_redirects()
    {
        using var elsewhere = new LoopbackServer();
        _fixture.Fill();
        Login();
        Registry.Trouble = request => WantsBasic(request) ?? (request.Path.Contains("/blobs/", StringComparison.Ordinal)
            ? LoopbackReply.Redirect($"{elsewhere.Url}{request.Path}", 307) : null);
        elsewhere.Answer = request => Registry.Reply(request);

        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
        Assert.Equal(4, elsewhere.Requests.Count);
        Assert.All(elsewhere.Requests, static request => Assert.Null(request.Header("Authorization")));
        Assert.Contains(Registry.Server.Requests, static request => request.Header("Authorization") is not null);
    }

    [Fact]
    public void Credentials_stay_with_the_registry_when_a_Location_leads_elsewhere()
    {
        using var elsewhere = new LoopbackServer();
        Login();
        Registry.Trouble = request => WantsBasic(request) ?? (request.Method == "POST"
            ? Registry.Reply(request) is var reply ? reply with { Headers = new() { ["Location"] = elsewhere.Url + reply.Headers["Location"] } } : null : null);
        elsewhere.Answer = request => Registry.Reply(request);

        _fixture.Push();

        Assert.NotEmpty(elsewhere.Requests);
        Assert.All(elsewhere.Requests, static request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public void Redirects_end()
    {
        Registry.Trouble = static request => request.Path.EndsWith("/manifests/1.0", StringComparison.Ordinal) ? LoopbackReply.Redirect(request.Path) : null;

        Assert.Contains("more than 10 redirects", _fixture.FailPull().Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    public void A_chunk_that_is_cut_is_sent_again(int after)
    {
        var cuts = 0;
        Registry.Server.CutRequest = request => request.Method == "PATCH" && Interlocked.Increment(ref cuts) % 4 == 2 && cuts < 12 ? after : null;

        _fixture.Push();

        Assert.All(Registry.Blobs, static blob => Assert.Equal(blob.Key, LoopbackRegistry.DigestOf(blob.Value)));
        Assert.Equal(4, Registry.Blobs.Count);
    }

    [Fact]
    public void A_session_that_is_forgotten_is_begun_anew()
    {
        var patches = 0;
        Registry.Trouble = request => request.Method == "PATCH" && Interlocked.Increment(ref patches) == 2 ? new LoopbackReply { Status = 404 } : null;

        _fixture.Push();

        Assert.Equal(4, Registry.Blobs.Count);
    }

    [Fact]
    public void A_registry_that_knows_no_chunks_gets_blobs_whole()
    {
        Registry.Trouble = static request => request.Method == "PATCH" ? new LoopbackReply { Status = 405 } : null;

        _fixture.Push();

        Assert.Equal(4, Registry.Blobs.Count);
    }

    [Fact]
    public void A_chunk_too_small_for_the_registry_is_made_larger()
    {
        Registry.Trouble = request => request.Method == "POST" && Registry.Reply(request) is var reply
            ? reply with { Headers = new(reply.Headers) { ["OCI-Chunk-Min-Length"] = "200000" } } : null;

        _fixture.Push();

        Assert.All(Registry.Server.Requests.Where(static request => request.Method == "PATCH"), static request => Assert.True(request.Body.Length is 200_000 or 50_000));
    }

    [Fact]
    public void A_blob_whose_answer_was_lost_is_not_sent_twice()
    {
        var lost = 0;
        Registry.Trouble = request => request.Method == "PUT" && request.Path.Contains("/uploads/", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1
            ? Registry.Reply(request) is { Status: 201 } ? new LoopbackReply { Status = 502 } : null : null;

        var pushed = _fixture.Push();

        Assert.Equal(pushed.BytesSent, Registry.Received);
    }

    [Fact]
    public void A_registry_that_stores_something_else_is_named()
    {
        Registry.Trouble = static request => request.Method == "PUT" && request.Path.Contains("/uploads/", StringComparison.Ordinal)
            ? new LoopbackReply { Status = 400, Body = """{"errors":[{"code":"DIGEST_INVALID"}]}"""u8.ToArray() } : null;

        Assert.Contains("does not keep what it gets", _fixture.FailPush().Message);
    }

    [Fact]
    public void A_damaged_layer_of_a_layout_is_not_pushed()
    {
        var path = _fixture[$"image/blobs/sha256/{Layer[7..]}"];
        var bytes = File.ReadAllBytes(path);
        bytes[77]++;
        File.WriteAllBytes(path, bytes);

        Assert.Contains($"{Layer} is damaged", _fixture.FailPush().Message);
    }

    [Fact]
    public void A_refusal_in_the_registrys_words_is_one_line()
    {
        Registry.Trouble = static request => request.Method == "POST"
            ? new LoopbackReply { Status = 403, Body = """{"errors":[{"code":"DENIED","message":"quota\u001b[31m exceeded\nfor https://bob:geheim@x.example/"}]}"""u8.ToArray() } : null;

        var failure = _fixture.FailPush();

        Assert.Contains("403 Forbidden: quota [31m exceeded for https://x.example/", failure.Message);
    }

    [Fact]
    public void What_stands_still_is_given_up_on()
    {
        _fixture.Fill();
        Registry.Trouble = request => request.Path.EndsWith("/manifests/1.0", StringComparison.Ordinal) ? Registry.Reply(request) with { StallAfter = 10 } : null;
        using var quick = new RegistryFixture { Access = new() { Base = _fixture.Access.Base with { Fetching = FetchSamples.Options with { StallTimeout = TimeSpan.FromMilliseconds(200) } } } };

        var failure = Assert.Throws<FirnException>(() => quick.Copy($"{_fixture.Name}:1.0", $"oci:{quick["x"]}"));

        Assert.Contains("sent nothing for 0.2 seconds", failure.Message);
    }

    [Fact]
    public void Cancelling_ends_soon_and_names_nothing()
    {
        _fixture.Fill();
        using var cancel = new CancellationTokenSource();
        Registry.Trouble = request =>
        {
            if (request.Path.EndsWith(Layer, StringComparison.Ordinal))
            {
                cancel.CancelAfter(100);
                return Registry.Reply(request) with { StallAfter = 5000 };
            }

            return null;
        };

        Assert.ThrowsAny<OperationCanceledException>(() => _fixture.Copy($"{_fixture.Name}:1.0", $"oci:{_fixture["pulled"]}:1.0", cancellation: cancel.Token));
        Assert.False(File.Exists(_fixture["pulled/index.json"]));
    }

    private void Login() => _fixture.Write(".docker/config.json", $$"""{"auths":{"{{Registry.Host}}":{"auth":"{{Convert.ToBase64String("alice:geheim"u8)}}"} } }""");

    private static LoopbackReply? WantsBasic(LoopbackRequest request) => request.Header("Authorization") is null
        ? new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = "Basic realm=\"x\"" } } : null;
}
