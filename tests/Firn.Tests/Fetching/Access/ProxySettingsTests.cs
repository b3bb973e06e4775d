using System.Text.Json;
using Firn.Common;
using Firn.Fetching.Access;

namespace Firn.Tests.Fetching.Access;

public sealed class ProxySettingsTests
{
    private const string Python = "/root/.pyenv/versions/3.13.0/bin/python3";

    private static readonly string[] Exceptions =
    [
        "", "*", "example.org", ".example.org", "ample.org", "EXAMPLE.ORG", "10.0.0.0/8", "10.1.2.3", "10.0.0.0/33", "/8",
        "10.0.0.0", "a, .example.org ,b", "example.org:8080", "*,x", "localhost,127.0.0.1", "::1", "[::1]", "org",
    ];

    private static readonly string[] Urls =
    [
        "http://example.org/a", "https://example.org/a", "http://sub.example.org:8080/a", "https://badexample.org/",
        "http://10.1.2.3/", "https://10.1.2.3:8443/", "http://11.1.2.3/", "http://localhost/", "http://[::1]/", "https://h/",
    ];

    [SkippableFact]
    public void GetProxy_agrees_with_the_requests_that_pip_carries()
    {
        Part.Require(Python);
        var random = new Random(3);
        var machines = Enumerable.Range(0, 400).Select(_ => RandomVariables(random)).ToList();
        using var folder = new TemporaryFolder();
        var input = folder.Write("input.json", JsonSerializer.Serialize(new { machines, urls = Urls }));
        var script = folder.Write("ask.py", """
            import json, os, sys
            from pip._vendor.requests.utils import get_environ_proxies, select_proxy
            given = json.load(open(sys.argv[1]))
            for name in list(os.environ):
                if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
                    del os.environ[name]
            for variables in given["machines"]:
                os.environ.update(variables)
                print(json.dumps([select_proxy(url, get_environ_proxies(url)) for url in given["urls"]]))
                for name in variables:
                    del os.environ[name]
            """);
        var answers = Part.Run(Python, script, input).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        using var home = new TemporaryFolder();
        foreach (var (variables, answer) in machines.Zip(answers))
        {
            var settings = new ProxySettings(FetchSamples.SystemContext(home) with { Variables = variables });
            var expected = JsonSerializer.Deserialize<string?[]>(answer)!;
            var actual = Urls.Select(url => settings.GetProxy(new Uri(url))?.Host).ToArray();
            Assert.True(
                expected.Select(proxy => proxy is null ? null : new Uri(proxy).Host).SequenceEqual(actual),
                $"{JsonSerializer.Serialize(variables)}: requests {answer}, Firn {JsonSerializer.Serialize(actual)}");
        }
    }

    [Theory]
    [InlineData("proxy.org:3128", "http://proxy.org:3128/")]
    [InlineData("http://u:p@proxy.org", "http://proxy.org/")]
    [InlineData("https://proxy.org:8443", "https://proxy.org:8443/")]
    [InlineData("socks5h://proxy.org", "socks5://proxy.org:1080/")]
    public void GetProxy_reads_the_kinds_of_proxies(string value, string expected)
    {
        using var home = new TemporaryFolder();
        var settings = new ProxySettings(FetchSamples.SystemContext(home, ("ALL_PROXY", value)));

        Assert.Equal(expected, settings.GetProxy(new Uri("https://example.org"))!.AbsoluteUri);
        Assert.False(settings.IsBypassed(new Uri("https://example.org")));
    }

    [Theory]
    [InlineData("ftp://proxy.org")]
    [InlineData("http://user:s3cret@")]
    [InlineData("http://")]
    public void A_variable_that_names_no_proxy_is_named(string value)
    {
        using var home = new TemporaryFolder();

        var failure = Assert.Throws<FirnException>(
            () => new ProxySettings(FetchSamples.SystemContext(home, ("http_proxy", value))));

        Assert.Contains("HTTP_PROXY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_goes_through_the_proxy_with_its_credentials()
    {
        using var proxy = new LoopbackServer();
        proxy.Answer = request => request.Header("Proxy-Authorization") is null
            ? new LoopbackReply { Status = 407, Headers = { ["Proxy-Authenticate"] = "Basic realm=\"x\"" } }
            : LoopbackReply.Text("hello");
        using var fixture = new FetchFixture(
            FetchSamples.Options, ("http_proxy", $"http://us%40er:pass@{proxy.Authority}"));

        using var file = fixture.Fetch(FetchSamples.Request("http://example.invalid/a"));

        Assert.Equal("hello", File.ReadAllText(file.Path));
        Assert.Equal("http://example.invalid/a", proxy.Requests.Last().Target);
        Assert.Equal("Basic dXNAZXI6cGFzcw==", proxy.Requests.Last().Header("Proxy-Authorization"));
    }

    [Fact]
    public void Fetch_names_the_proxy_that_refuses()
    {
        using var proxy = new LoopbackServer();
        proxy.Answer = _ => new LoopbackReply { Status = 407, Headers = { ["Proxy-Authenticate"] = "Basic realm=\"x\"" } };
        using var fixture = new FetchFixture(FetchSamples.Options, ("ALL_PROXY", proxy.Url));

        foreach (var url in (string[])["http://example.invalid/a", "https://example.invalid/a"])
        {
            var failure = fixture.Fail(FetchSamples.Request(url));
            Assert.Contains("the proxy answers 407", failure.Message, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string> RandomVariables(Random random)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
        {
            if (random.Next(3) == 0)
            {
                variables[name] = random.Next(5) == 0 ? string.Empty : $"http://{name.ToLowerInvariant().Replace('_', '-')}{variables.Count}:1";
            }
        }

        foreach (var name in (string[])["no_proxy", "NO_PROXY"])
        {
            if (random.Next(2) == 0)
            {
                variables[name] = Exceptions[random.Next(Exceptions.Length)];
            }
        }

        if (random.Next(8) == 0)
        {
            variables["REQUEST_METHOD"] = "GET";
        }

        return variables;
    }
}
