using System.Collections.Immutable;
using System.Net;
using System.Text;
using Firn.Common;
using Firn.Common.Json;
using Firn.Fetching;

namespace Firn.Images.Registries;

/// <summary>
/// Knows what convinces one registry: the user's name and password, or tokens that its token server gives for them (docker's token
/// specification, token.md). Many threads may ask at a time; the token server is asked by one of them.
/// </summary>
/// <param name="repository">The repository whose credentials are taken.</param>
/// <param name="transport">Asks servers.</param>
/// <param name="credentials">Finds credentials.</param>
/// <param name="guard">Refuses token servers at private addresses.</param>
/// <param name="options">How long and how often.</param>
internal sealed class RegistryAuthorizer(
    RegistryRepository repository, RegistryTransport transport, DockerCredentials credentials, AddressGuard guard, RegistryOptions options)
{
    private const int MaxToken = 1 << 20;

    /// <summary>What a token is good for where its server does not say (token.md).</summary>
    private const long DefaultSeconds = 60;

    /// <summary>So long before its end a token is asked for anew: the request that it goes with takes its time.</summary>
    private const long Margin = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Text, long EndsAt)> _tokens = [];
    private AuthenticationChallenge? _challenge;
    private RegistryCredential? _credential;
    private bool _isLookedUp;

    /// <summary>Where the credentials are from that the registry gets; <see langword="null"/> where it gets none.</summary>
    public string? Source => _credential?.Source;

    /// <summary>What was met while they were looked for.</summary>
    public IReadOnlyList<string> Problems => credentials.Problems;

    /// <summary>The <c>Authorization</c> header for a request; <see langword="null"/> where the registry wants none.</summary>
    /// <param name="scopes">What the request needs.</param>
    /// <param name="cancellation">Ends it.</param>
    public string? Header(ImmutableArray<RegistryScope> scopes, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _challenge is null ? null
                : _challenge.Is("Basic") ? Credential(cancellation)?.BasicHeader
                : $"Bearer {Token(_challenge, scopes, cancellation)}";
        }
    }

    /// <summary>The registry refused what it got.</summary>
    /// <param name="header">What it got.</param>
    /// <param name="challenges">What it wants.</param>
    /// <param name="scopes">What the request needs.</param>
    /// <returns>Whether there is something else to be tried.</returns>
    public bool Renew(string? header, ImmutableArray<AuthenticationChallenge> challenges, ImmutableArray<RegistryScope> scopes)
    {
        var wanted = challenges.FirstOrDefault(static challenge => challenge.Is("Bearer") && challenge.Parameter("realm") is not null)
            ?? challenges.FirstOrDefault(static challenge => challenge.Is("Basic"));
        lock (_lock)
        {
            var key = KeyOf(scopes);
            if (header is not null && _tokens.TryGetValue(key, out var token) && header == $"Bearer {token.Text}")
            {
                _tokens.Remove(key);
            }

            if (wanted is null)
            {
                return false;
            }

            var isNew = _challenge is null || !wanted.Is(_challenge.Scheme);
            _challenge = wanted;
            return isNew || wanted.Is("Bearer");
        }
    }

    private static string KeyOf(ImmutableArray<RegistryScope> scopes) => string.Join(' ', scopes);

    private RegistryCredential? Credential(CancellationToken cancellation)
    {
        if (!_isLookedUp)
        {
            _credential = credentials.Find(repository, cancellation) ?? transport.FromNetrc(repository);
            _isLookedUp = true;
        }

        return _credential;
    }

    private string Token(AuthenticationChallenge challenge, ImmutableArray<RegistryScope> scopes, CancellationToken cancellation)
    {
        var key = KeyOf(scopes);
        var now = Environment.TickCount64 / 1000;
        if (_tokens.TryGetValue(key, out var known) && known.EndsAt > now)
        {
            return known.Text;
        }

        var credential = Credential(cancellation);
        if (credential?.RegistryToken is { } given)
        {
            return given;
        }

        var realm = guard.Resolve(transport.Registry, challenge.Parameter("realm"), "a token server");
        var (text, seconds) = Ask(realm, challenge.Parameter("service"), scopes, credential, cancellation);
        _tokens[key] = (text, now + Math.Max(seconds - Margin, 1));
        return text;
    }

    private (string Text, long Seconds) Ask(
        Uri realm, string? service, ImmutableArray<RegistryScope> scopes, RegistryCredential? credential, CancellationToken cancellation)
    {
        var name = $"a token for {repository.Host}";
        var retries = new RetryPolicy(options.Fetching, name, "get");
        var isRefresh = credential?.IdentityToken is not null;
        while (true)
        {
            try
            {
                using var stall = new StallTimeout(options.Fetching, cancellation);
                var parameters = Parameters(service, scopes, isRefresh ? credential!.IdentityToken : null);
                var query = new HttpQuery { Name = name, Action = "get", Accept = "application/json" };
                using var answer = isRefresh
                    ? transport.Send(
                        realm, query with { Method = HttpMethod.Post, Content = _ => new StringContent(parameters, Encoding.ASCII, "application/x-www-form-urlencoded") }, null, stall)
                    : transport.Send(WithQuery(realm, parameters), query, credential?.BasicHeader, stall);

                // Token servers that know no refresh tokens answer so, and take the token as a password (ggcr: bearer.go).
                if (isRefresh && answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
                {
                    isRefresh = false;
                    credential = RegistryCredential.Basic("<token>", credential!.IdentityToken!, credential.Source);
                    continue;
                }

                return answer.Status == HttpStatusCode.OK ? Read(answer, stall, realm) : throw Refusal(answer, realm);
            }
            catch (TransientFailure failure)
            {
                retries.Wait(failure, gotAhead: false, cancellation);
            }
        }
    }

    private static string Parameters(string? service, ImmutableArray<RegistryScope> scopes, string? refresh)
    {
        var pairs = new List<(string Name, string Value)>();
        if (refresh is not null)
        {
            pairs.AddRange([("grant_type", "refresh_token"), ("client_id", "firn"), ("refresh_token", refresh)]);
        }

        if (service is not null)
        {
            pairs.Add(("service", service));
        }

        pairs.AddRange(refresh is null ? scopes.Select(static scope => ("scope", scope.ToString())) : [("scope", KeyOf(scopes))]);
        return string.Join('&', pairs.Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
    }

    private static Uri WithQuery(Uri realm, string parameters) =>
        new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{parameters}" : parameters }.Uri;

    private (string Text, long Seconds) Read(HttpAnswer answer, StallTimeout stall, Uri realm)
    {
        var body = RegistryTransport.Body(answer, MaxToken, stall);
        var token = body is null ? null : JsonFields.TryRead(body, static root => new GivenToken(
            root.Text("token") is { Length: > 0 } text ? text : root.Text("access_token"), root.Number("expires_in")));
        return token?.Text is { } given && DockerCredentials.IsHeaderText(given)
            ? (given, token.Seconds ?? DefaultSeconds)
            : throw new FirnException($"{realm.Authority} gives no token for {repository.Host}", "check the name of the registry, or tell who runs it");
    }

    private Exception Refusal(HttpAnswer answer, Uri realm) =>
        RegistryFailures.MayPass(answer) is { } passing
            ? passing
            : new FirnException(
                $"{realm.Authority} gives no token for {repository}: it answers {HttpFailures.Text(answer.Status)}{RegistryFailures.To(Source)}{RegistryFailures.Beside(Problems)}",
                RegistryFailures.SignIn(repository));

    private sealed record GivenToken(string? Text, long? Seconds);
}
