using System.Text;
using Firn.Images;
using Firn.Images.Registries;
using Firn.Tests.Fetching;

namespace Firn.Tests.Images.Registries;

/// <summary>Which credentials a registry gets, and how it is convinced.</summary>
public sealed class RegistryCredentialTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private LoopbackRegistry Registry => _fixture.Registry;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("registry.example/lab/x", "registry.example", true)]
    [InlineData("registry.example/lab/x", "https://registry.example", true)]
    [InlineData("registry.example/lab/x", "https://registry.example/v1/", true)]
    [InlineData("registry.example/lab/x", "https://registry.example/v2/", true)]
    [InlineData("registry.example:5000/lab/x", "registry.example:5000", true)]
    [InlineData("registry.example:5000/lab/x", "registry.example", false)]
    [InlineData("registry.example/lab/x", "example", false)]
    [InlineData("registry.example/lab/x", "evil-registry.example", false)]
    [InlineData("registry.example/lab/x", "registry.example/lab", true)]
    [InlineData("registry.example/lab/x", "registry.example/lab/x", true)]
    [InlineData("registry.example/lab/x", "registry.example/other", false)]
    [InlineData("registry.example/lab/x", "registry.example/la", false)]
    [InlineData("alpine", "https://index.docker.io/v1/", true)]
    [InlineData("alpine", "docker.io", true)]
    public void Entries_are_found_by_their_keys(string name, string key, bool isFound)
    {
        Config(".docker/config.json", (key, "alice:geheim"));

        Assert.Equal(isFound ? Basic("alice:geheim") : null, Find(name)?.BasicHeader);
    }

    [Fact]
    public void The_most_specific_entry_decides()
    {
        Config(".config/containers/auth.json", ("registry.example", "a:1"), ("registry.example/lab/x", "c:3"), ("registry.example/lab", "b:2"));

        Assert.Equal(Basic("c:3"), Find("registry.example/lab/x")?.BasicHeader);
        Assert.Equal(Basic("b:2"), Find("registry.example/lab/y")?.BasicHeader);
        Assert.Equal(Basic("a:1"), Find("registry.example/other")?.BasicHeader);
    }

    [Fact]
    public void Files_are_asked_in_their_order()
    {
        _fixture.Variables["XDG_RUNTIME_DIR"] = _fixture["run"];
        _fixture.Variables["REGISTRY_AUTH_FILE"] = "named.json";
        _fixture.Variables["DOCKER_CONFIG"] = _fixture["docker"];
        string[] files = [".config/containers/auth.json", "run/containers/auth.json", "named.json", "docker/config.json"];
        foreach (var file in files)
        {
            Config(file, ("registry.example", $"{file}:x"));
            Assert.Equal(Basic($"{file}:x"), Find("registry.example/x")?.BasicHeader);
        }

        Config(".docker/config.json", ("registry.example", "not:asked"));
        Assert.Equal(Basic("docker/config.json:x"), Find("registry.example/x")?.BasicHeader);
    }

    [Fact]
    public void Tokens_of_files_are_tokens()
    {
        _fixture.Write(".docker/config.json", """{"auths":{"a.example":{"identitytoken":"refresh","auth":"eDp5"},"b.example":{"registrytoken":"direct"},"c.example":{}}}""");

        Assert.Equal("refresh", Find("a.example/x")?.IdentityToken);
        Assert.Equal("direct", Find("b.example/x")?.RegistryToken);
        Assert.Null(Find("c.example/x"));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("""{"auths":{"registry.example":{"auth":"not base64"}}}""")]
    [InlineData("""{"auths":{"registry.example":{"auth":"bm9jb2xvbg=="}}}""")]
    [InlineData("""{"auths":{"registry.example":7}}""")]
    [InlineData("""{"credsStore":"../../bin/sh"}""")]
    [InlineData("""{"credsStore":"is-not-there"}""")]
    public void Files_that_say_nothing_are_passed_over(string content)
    {
        _fixture.Write(".docker/config.json", content);
        Config(".config/containers/auth.json", ("registry.example", "alice:geheim"));

        Assert.Equal(Basic("alice:geheim"), Find("registry.example/x")?.BasicHeader);
    }

    [Fact]
    public void Helpers_are_asked_for_the_registry()
    {
        Helper("docker-credential-mine", """read host; test "$host" = registry.example || { echo "credentials not found"; exit 1; }; echo '{"Username":"alice","Secret":"geheim"}'""");
        Helper("docker-credential-token", """echo '{"Username":"<token>","Secret":"refresh"}'""");
        _fixture.Write(".docker/config.json", """{"credsStore":"mine","credHelpers":{"token.example":"token"}}""");

        Assert.Equal(Basic("alice:geheim"), Find("registry.example/x")?.BasicHeader);
        Assert.Equal("docker-credential-mine", Find("registry.example/x")?.Source);
        Assert.Null(Find("other.example/x"));
        Assert.Equal("refresh", Find("token.example/x")?.IdentityToken);
    }

    [Fact]
    public void A_helper_that_fails_is_named_without_what_it_says()
    {
        Helper("docker-credential-mine", "echo geheim; echo geheim >&2; exit 3");
        _fixture.Write(".docker/config.json", """{"credsStore":"mine"}""");
        Registry.Trouble = static request => new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = "Basic realm=\"x\"" } };

        Assert.Contains($"docker-credential-mine has no credentials for {Registry.Host} (exit code 3)", _fixture.FailPull().Message);
    }

    [Fact]
    public void Netrc_is_asked_last()
    {
        _fixture.Write(".netrc", "machine 127.0.0.1 login alice password geheim\n");
        _fixture.Fill();
        Registry.Trouble = request => request.Header("Authorization") == Basic("alice:geheim") ? null
            : new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = "Basic realm=\"x\"" } };

        _fixture.Pull();
    }

    [Fact]
    public void Wrong_credentials_are_named_by_their_file()
    {
        Config(".docker/config.json", (Registry.Host, "alice:geheim"));
        Registry.Trouble = static request => new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = "Basic realm=\"x\"" } };

        var failure = _fixture.FailPull();

        Assert.Contains($"refuses access to the credentials of {_fixture[".docker/config.json"]} (401 Unauthorized)", failure.Message);
        Assert.Contains($"`docker login {Registry.Host}`", failure.Hint.ToString());
    }

    [Fact]
    public void Tokens_are_asked_for_with_the_scope_of_what_is_done()
    {
        using var tokens = new TokenServer(_fixture, "alice:geheim");
        Config(".docker/config.json", (Registry.Host, "alice:geheim"));

        _fixture.Push();
        _fixture.Pull();
        var inner = Registry.Trouble;
        Registry.Trouble = request => inner(request) ?? (request is { Method: "HEAD" } && request.Path.Contains("other/place", StringComparison.Ordinal) ? new LoopbackReply { Status = 404 } : null);
        Assert.Equal(4, _fixture.Copy($"{_fixture.Name}:1.0", $"{Registry.Host}/other/place:1.0").BlobsMounted);

        Assert.Contains("repository:lab/study:pull,push", tokens.Scopes);
        Assert.Contains("repository:lab/study:pull", tokens.Scopes);
        Assert.Contains("repository:other/place:pull,push repository:lab/study:pull", tokens.Scopes);
        Assert.All(tokens.Requests, static request => Assert.Equal(Basic("alice:geheim"), request.Header("Authorization")));
        Assert.All(Registry.Server.Requests, static request => Assert.DoesNotContain("Basic", request.Header("Authorization") ?? string.Empty));
    }

    [Fact]
    public void Without_credentials_a_token_is_asked_for_all_the_same()
    {
        using var tokens = new TokenServer(_fixture, null);
        _fixture.Fill();

        _fixture.Pull();

        Assert.All(tokens.Requests, static request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public void A_refusal_in_the_middle_renews_the_token()
    {
        using var tokens = new TokenServer(_fixture, "alice:geheim");
        Config(".docker/config.json", (Registry.Host, "alice:geheim"));
        tokens.UsesOfToken = 8;

        _fixture.Push();
        _fixture.Pull();

        _fixture.MustBeWhole("pulled");
        Assert.True(tokens.Requests.Count > 2);
    }

    [Fact]
    public void A_token_is_renewed_before_it_ends()
    {
        using var tokens = new TokenServer(_fixture, null) { Seconds = 11 };
        _fixture.Fill();
        var isSlow = true;
        var inner = Registry.Trouble;
        Registry.Trouble = request =>
        {
            if (isSlow && request.Path.Contains("/blobs/", StringComparison.Ordinal))
            {
                isSlow = false;
                Thread.Sleep(2100);
            }

            return inner(request);
        };

        _fixture.Pull();
        _fixture.Pull("again");

        Assert.True(tokens.Requests.Count >= 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_identity_token_is_given_for_tokens(bool knowsOnlyPasswords)
    {
        using var tokens = new TokenServer(_fixture, knowsOnlyPasswords ? "<token>:refresh" : null) { KnowsOnlyPasswords = knowsOnlyPasswords };
        _fixture.Write(".docker/config.json", $$"""{"auths":{"{{Registry.Host}}":{"identitytoken":"refresh"} } }""");
        _fixture.Fill();

        _fixture.Pull();

        Assert.Contains(tokens.Requests, static request => request.Method == "POST" && Encoding.ASCII.GetString(request.Body).Contains("grant_type=refresh_token", StringComparison.Ordinal)
            && Encoding.ASCII.GetString(request.Body).Contains("refresh_token=refresh", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://169.254.169.254/token")]
    [InlineData("https://10.0.0.9/token")]
    [InlineData("nowhere:")]
    public void A_token_server_at_a_private_address_is_refused(string realm)
    {
        Config(".docker/config.json", (Registry.Host, "alice:geheim"));
        Registry.Trouble = _ => new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = $"Bearer realm=\"{realm}\"" } };

        Assert.Contains("a token server", _fixture.FailPull().Message);
    }

    [Theory]
    [InlineData(401, "", "gives no token for")]
    [InlineData(200, "{}", "gives no token for")]
    [InlineData(200, "nonsense", "gives no token for")]
    [InlineData(200, "{\"token\":\"a\\r\\nX: y\"}", "gives no token for")]
    [InlineData(500, "", "answers 500")]
    public void A_token_server_that_gives_none_is_named(int status, string body, string message)
    {
        using var server = new LoopbackServer { Answer = _ => new LoopbackReply { Status = status, Body = Encoding.UTF8.GetBytes(body) } };
        Registry.Trouble = _ => new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = $"Bearer realm=\"{server.Url}/token\",service=\"x\"" } };

        Assert.Contains(message, _fixture.FailPull().Message);
    }

    [Fact]
    public void A_token_that_is_refused_again_and_again_ends()
    {
        using var tokens = new TokenServer(_fixture, null) { UsesOfToken = 0 };

        Assert.Contains("refuses access", _fixture.FailPull().Message);
        Assert.InRange(tokens.Requests.Count, 1, 8);
    }

    private static string Basic(string text) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";

    private RegistryCredential? Find(string name) =>
        new DockerCredentials(_fixture.SystemContext).Find(RegistryRepository.Of(ImageReference.Parse(name)), CancellationToken.None);

    private void Config(string path, params IEnumerable<(string Key, string User)> entries) => _fixture.Write(
        path, $"{{\"auths\":{{{string.Join(',', entries.Select(static entry => $"\"{entry.Key}\":{{\"auth\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(entry.User))}\"}}"))}}}}}");

    private void Helper(string name, string script)
    {
        var path = _fixture.Write($"bin/{name}", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        _fixture.Variables["PATH"] = $"{_fixture["bin"]}:/usr/bin:/bin";
    }

    /// <summary>Gives tokens for the registry, which asks for them from then on.</summary>
    private sealed class TokenServer : IDisposable
    {
        private readonly LoopbackServer _server = new();
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _given = new();
        private int _next;

        public TokenServer(RegistryFixture fixture, string? user)
        {
            _server.Answer = request => Give(request, user);
            fixture.Registry.Trouble = request =>
                request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && _given.ContainsKey(header[7..])
                && _given.AddOrUpdate(header[7..], 0, static (_, uses) => uses + 1) <= UsesOfToken
                    ? null
                    : new LoopbackReply { Status = 401, Headers = { ["WWW-Authenticate"] = $"Bearer realm=\"{_server.Url}/token?x=y\",service=\"the registry\"" } };
        }

        public int UsesOfToken { get; set; } = int.MaxValue;

        public int Seconds { get; init; } = 300;

        public bool KnowsOnlyPasswords { get; init; }

        public System.Collections.Concurrent.ConcurrentQueue<LoopbackRequest> Requests => _server.Requests;

        public IEnumerable<string> Scopes => Requests.Select(static request => string.Join(' ', request.Target.Split('&').Where(static pair => pair.StartsWith("scope=", StringComparison.Ordinal))
            .Select(static pair => Uri.UnescapeDataString(pair[6..]))));

        public void Dispose() => _server.Dispose();

        private LoopbackReply Give(LoopbackRequest request, string? user)
        {
            if (request.Method == "POST" ? KnowsOnlyPasswords : user is not null && request.Header("Authorization") != Basic(user))
            {
                return new LoopbackReply { Status = request.Method == "POST" ? 404 : 401 };
            }

            var token = $"token-{Interlocked.Increment(ref _next)}";
            _given[token] = 0;
            return LoopbackReply.Text($$"""{"{{(request.Method == "POST" ? "access_token" : "token")}}":"{{token}}","expires_in":{{Seconds}} }""", "application/json");
        }
    }
}
