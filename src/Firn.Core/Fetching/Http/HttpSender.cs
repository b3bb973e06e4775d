using System.Net;
using Firn.Common;
using Firn.Fetching.Access;

namespace Firn.Fetching.Http;

/// <summary>Asks servers, with the user's proxies, certificates and credentials, and follows their redirects.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MostRedirects = 10;
    private readonly FetchOptions _options;
    private readonly HostGates _gates;
    private readonly Lazy<HttpClient> _client;

    public HttpSender(FetchOptions options, Surroundings surroundings)
    {
        _options = options;
        _gates = new HostGates(options.MostPerHost);
        _client = new Lazy<HttpClient>(() => CreateClient(options, surroundings));
        Credentials = new CredentialStore(surroundings);
    }

    public CredentialStore Credentials { get; }

    /// <summary>Asks for a file, and gives the answer whatever its status is.</summary>
    /// <param name="location">Where it lies.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="guard">Ends what stands still.</param>
    /// <exception cref="FirnException">It cannot be asked for.</exception>
    /// <exception cref="TransientFailure">No answer came.</exception>
    public HttpReply Send(FetchLocation location, HttpQuery query, StallGuard guard)
    {
        var address = location.Address!;
        var authorization = Credentials.Find(address, location.UserInfo);
        address = authorization?.Apply(address) ?? address;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var reply = Ask(address, query, authorization, guard);
            var next = RedirectOf(reply, address, query.Name);
            if (next is null)
            {
                return reply;
            }

            reply.Dispose();

            // Once it left the origin it stays away: what another host sends back is not the user's doing.
            authorization = KeepsAuthorization(address, next) ? authorization : null;
            address = next;
        }

        throw new FirnException(
            $"cannot fetch {query.Name}: more than {MostRedirects} redirects", "check where the URL leads");
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private HttpReply Ask(Uri address, HttpQuery query, HostAuthorization? authorization, StallGuard guard)
    {
        if (address.Scheme == Uri.UriSchemeHttps && !NativeCryptography.IsPresent)
        {
            // .NET would end the process.
            throw new FirnException(
                $"cannot fetch {query.Name}: https needs OpenSSL (libssl), which is missing", "install it");
        }

        var client = _client.Value;
        guard.Disarm();
        var gate = _gates.Enter(address, guard.Token);
        HttpResponseMessage? response = null;
        try
        {
            guard.Rearm();
            using var request = query.ToRequest(address, _options.UserAgent, authorization?.Header);
            response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            return new HttpReply(response, gate, address, authorization);
        }
        catch (Exception exception) when (HttpFailures.IsOfTheNetwork(exception))
        {
            throw HttpFailures.Translate(exception, guard, address, query.Name);
        }
        finally
        {
            if (response is null)
            {
                gate.Release();
            }
        }
    }

    /// <summary>Where a redirect leads; <see langword="null"/> where the answer is none.</summary>
    private static Uri? RedirectOf(HttpReply reply, Uri address, string name)
    {
        if (reply.Status is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
        {
            return null;
        }

        var text = reply.Header("Location");
        var next = text is null ? null : Resolve(address, text);
        string? problem = next switch
        {
            null => "a redirect that leads nowhere",
            { Scheme: "https" } => null,
            { Scheme: "http" } => address.Scheme == Uri.UriSchemeHttps ? "a redirect from https to http" : null,
            _ => $"a redirect to a {next.Scheme}: URL",
        };
        if (problem is not null)
        {
            reply.Dispose();
            throw new FirnException(
                $"cannot fetch {name}: {address.Authority} answers with {problem}", "check where the URL leads");
        }

        // Credentials that a server writes into a Location are not the user's.
        return next!.UserInfo.Length == 0 ? next : new UriBuilder(next) { UserName = string.Empty, Password = string.Empty }.Uri;
    }

    private static Uri? Resolve(Uri address, string location)
    {
        // On Unix .NET takes "/path" alone for a file.
        var isPath = location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal);
        var kind = isPath ? UriKind.Relative : UriKind.RelativeOrAbsolute;
        if (location.StartsWith("//", StringComparison.Ordinal))
        {
            location = $"{address.Scheme}:{location}";
        }

        return Uri.TryCreate(location, kind, out var target) && Uri.TryCreate(address, target, out var next)
            && next.IsAbsoluteUri
                ? next
                : null;
    }

    /// <summary>requests' should_strip_auth (sessions.py): the same origin, or the same host's https.</summary>
    private static bool KeepsAuthorization(Uri from, Uri to) =>
        string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((from.Scheme == to.Scheme && from.Port == to.Port)
            || (from is { Scheme: "http", Port: 80 } && to is { Scheme: "https", Port: 443 }));

    private static HttpClient CreateClient(FetchOptions options, Surroundings surroundings)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            Proxy = new ProxySettings(surroundings),
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
            SslOptions = TrustedCertificates.Options(options, surroundings),
            UseCookies = false,
        };
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
