using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Firn.Common;
using Firn.Fetching.Access;

namespace Firn.Fetching;

/// <summary>Asks servers, with the user's proxies, certificates and credentials, and follows their redirects.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int MaxRedirects = 10;
    private readonly FetchOptions _options;
    private readonly HostLimiter _gates;
    private readonly Lazy<HttpClient> _client;

    public HttpSender(FetchOptions options, SystemContext systemContext)
    {
        _options = options;
        _gates = new HostLimiter(options.MaxPerHost);
        _client = new Lazy<HttpClient>(() => CreateClient(options, systemContext));
        Credentials = new CredentialStore(systemContext);
    }

    public CredentialStore Credentials { get; }

    /// <summary>Asks for a file, and gives the answer whatever its status is.</summary>
    /// <param name="location">Where it lies.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="guard">Ends what stands still.</param>
    /// <exception cref="FirnException">It cannot be asked for.</exception>
    /// <exception cref="TransientFailure">No answer came.</exception>
    public HttpAnswer Send(FetchLocation location, HttpQuery query, StallTimeout guard)
    {
        var address = location.Address!;
        var authorization = Credentials.Find(address, location.UserInfo);
        address = authorization?.Apply(address) ?? address;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var reply = SendOnce(address, query, authorization?.Header, guard, authorization);
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
            $"cannot fetch {query.Name}: more than {MaxRedirects} redirects", "check where the URL leads");
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    /// <summary>Asks one server once: no redirect is followed, and no credentials are looked up.</summary>
    /// <param name="address">Who is asked for what.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="header">The <c>Authorization</c> header.</param>
    /// <param name="guard">Ends what stands still.</param>
    /// <param name="authorization">Where the header is from, for messages.</param>
    /// <exception cref="FirnException">It cannot be asked for.</exception>
    /// <exception cref="TransientFailure">No answer came.</exception>
    public HttpAnswer SendOnce(Uri address, HttpQuery query, string? header, StallTimeout guard, HostAuthorization? authorization = null)
    {
        if (address.Scheme == Uri.UriSchemeHttps && !NativeCryptography.IsPresent)
        {
            // .NET would end the process.
            throw new FirnException(
                $"cannot {query.Action} {query.Name}: https needs OpenSSL (libssl), which is missing", "install it");
        }

        var client = _client.Value;
        guard.Disarm();
        var gate = _gates.Enter(address, guard.Token);
        HttpResponseMessage? response = null;
        try
        {
            guard.Rearm();
            using var request = query.ToRequest(address, _options.UserAgent, header, guard);
            response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            return new HttpAnswer(response, gate, address, authorization);
        }
        catch (Exception exception) when (HttpFailures.IsOfTheNetwork(exception))
        {
            throw HttpFailures.Translate(exception, guard, address, query.Name, query.Action);
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
    private static Uri? RedirectOf(HttpAnswer reply, Uri address, string name)
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

    /// <summary>What a Location means, relative to who said it; <see langword="null"/> where it is no address.</summary>
    public static Uri? Resolve(Uri address, string location)
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
    public static bool KeepsAuthorization(Uri from, Uri to) =>
        string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((from.Scheme == to.Scheme && from.Port == to.Port)
            || (from is { Scheme: "http", Port: 80 } && to is { Scheme: "https", Port: 443 }));

    private static HttpClient CreateClient(FetchOptions options, SystemContext systemContext)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            Proxy = new ProxySettings(systemContext),
            ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
            SslOptions = TrustedCertificates.Options(options, systemContext),
            UseCookies = false,
        };
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }
}

/// <summary>What is asked of a server beside the address.</summary>
internal sealed record HttpQuery
{
    /// <summary>How messages call what is fetched.</summary>
    public required string Name { get; init; }

    /// <summary>What is done with it, for messages.</summary>
    public string Action { get; init; } = "fetch";

    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>What is sent; made anew for each try, and tells the guard that it gets ahead.</summary>
    public Func<StallTimeout, HttpContent>? Content { get; init; }

    /// <summary>Headers beside those that follow.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    public string Accept { get; init; } = "*/*";

    /// <summary>Whether gzip is understood; files are taken as they are, since their hashes are of those bytes.</summary>
    public bool TakesGzip { get; init; }

    /// <summary>The first byte that is wanted; with <see cref="Validator"/>.</summary>
    public long Offset { get; init; }

    /// <summary>What the file had when its first bytes came: RFC 9110's strong validator for If-Range.</summary>
    public string? Validator { get; init; }

    /// <summary>Whether caches on the way are told to ask the server.</summary>
    public bool IsFresh { get; init; }

    public HttpRequestMessage ToRequest(Uri address, string userAgent, string? authorization, StallTimeout guard)
    {
        var request = new HttpRequestMessage(Method, address) { Content = Content?.Invoke(guard) };
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", TakesGzip ? "gzip" : "identity");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (Offset > 0 && Validator is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", $"bytes={Offset}-");
            request.Headers.TryAddWithoutValidation("If-Range", Validator);
        }

        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (IsFresh)
        {
            request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        }

        return request;
    }
}

/// <summary>A server's answer whose body is still to be read. Disposing gives the place at the host to the next transfer.</summary>
internal sealed class HttpAnswer(HttpResponseMessage response, SemaphoreSlim gate, Uri address, HostAuthorization? authorization)
    : IDisposable
{
    private bool _isDisposed;

    /// <summary>Where the answer came from, after all redirects.</summary>
    public Uri Address { get; } = address;

    /// <summary>What was sent with the last request.</summary>
    public HostAuthorization? Authorization { get; } = authorization;

    public HttpStatusCode Status => response.StatusCode;

    public long? ContentLength => response.Content.Headers.ContentLength;

    public System.Net.Http.Headers.ContentRangeHeaderValue? ContentRange => response.Content.Headers.ContentRange;

    /// <summary>A header as it was sent; <see langword="null"/> where there is none.</summary>
    public string? Header(string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values)
        || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    /// <summary>
    /// What proves later that the file is still the same (RFC 9110, 8.8): a strong ETag, or a Last-Modified that is a
    /// minute older than the answer. <see langword="null"/> where a transfer has to begin anew.
    /// </summary>
    public string? Validator()
    {
        if (response.Headers.NonValidated.Contains("Accept-Ranges") && Header("Accept-Ranges") == "none")
        {
            return null;
        }

        if (response.Headers.ETag is { } tag)
        {
            return tag.IsWeak || !System.Text.Ascii.IsValid(tag.Tag) ? null : tag.Tag;
        }

        return response.Content.Headers.LastModified is { } modified
            && response.Headers.Date is { } date && date - modified >= TimeSpan.FromMinutes(1)
                ? Header("Last-Modified")
                : null;
    }

    /// <summary>How long the server asks to wait (RFC 9110, 10.2.3).</summary>
    public TimeSpan? RetryAfter() => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow,
        _ => null,
    };

    /// <summary>Reads the next bytes of the body; 0 at its end.</summary>
    /// <exception cref="TransientFailure">The connection broke or stands still.</exception>
    public int Read(byte[] buffer, StallTimeout guard)
    {
        try
        {
            guard.Rearm();
            var started = Stopwatch.GetTimestamp();

            // A blocking read cannot be cancelled: this one can, and the thread waits for it all the same.
            var body = response.Content.ReadAsStream(guard.Token);
#pragma warning disable RS0030 // Hence the only task of the library.
            var read = body.ReadAsync(buffer, guard.Token).AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
            if (read > 0)
            {
                guard.Count(read, Stopwatch.GetElapsedTime(started));
            }

            return read;
        }
        catch (Exception exception) when (HttpFailures.IsOfTheNetwork(exception))
        {
            throw HttpFailures.Translate(exception, guard, Address, string.Empty);
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            response.Dispose();
            gate.Release();
        }
    }
}

/// <summary>Lets only so many transfers at a time to one host.</summary>
internal sealed class HostLimiter(int mostPerHost)
{
    private readonly Dictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place; the caller releases what it gets.</summary>
    public SemaphoreSlim Enter(Uri address, CancellationToken cancellationToken)
    {
        SemaphoreSlim? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(address.Authority, out gate))
            {
                gate = new SemaphoreSlim(Math.Max(1, mostPerHost));
                _gates.Add(address.Authority, gate);
            }
        }

        gate.Wait(cancellationToken);
        return gate;
    }
}
