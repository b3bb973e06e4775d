using System.Net;
using System.Net.Sockets;
using Firn.Common;

namespace Firn.Fetching.Access;

/// <summary>
/// The proxies that the variables name, as pip and conda honour them: requests' select_proxy and
/// should_bypass_proxies (utils.py) over Python's urllib.request.getproxies_environment.
/// </summary>
internal sealed class ProxySettings : IWebProxy, ICredentials
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly NoProxyList _exceptions;
    private readonly Dictionary<string, NetworkCredential> _credentials = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="FirnException">A variable names no proxy.</exception>
    public ProxySettings(SystemContext systemContext)
    {
        var all = Value(systemContext, "all_proxy");
        _http = Read(Value(systemContext, "http_proxy") ?? all, "HTTP_PROXY or ALL_PROXY");
        _https = Read(Value(systemContext, "https_proxy") ?? all, "HTTPS_PROXY or ALL_PROXY");
        _exceptions = new NoProxyList(
            systemContext.Variable("no_proxy") ?? systemContext.Variable("NO_PROXY") ?? string.Empty,
            Value(systemContext, "no_proxy") ?? string.Empty);
    }

    /// <summary>Firn's own credentials answer; .NET asks for them where a proxy says 407.</summary>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination) =>
        _exceptions.Holds(destination) ? null : destination.Scheme == Uri.UriSchemeHttps ? _https : _http;

    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    public NetworkCredential? GetCredential(Uri uri, string authType) => _credentials.GetValueOrDefault(uri.Authority);

    /// <summary>The lower-case variable decides where it is set, and unsets the other where it is empty.</summary>
    private static string? Value(SystemContext systemContext, string name)
    {
        if (systemContext.Variables.TryGetValue(name, out var value))
        {
            return value.Length == 0 ? null : value;
        }

        // In a CGI script HTTP_PROXY is a client's header (CVE-2016-1000110; urllib ignores it too).
        return name == "http_proxy" && systemContext.Variables.ContainsKey("REQUEST_METHOD")
            ? null
            : systemContext.Variable(name.ToUpperInvariant());
    }

    private Uri? Read(string? text, string variable)
    {
        if (text is null)
        {
            return null;
        }

        // requests takes HOST:PORT as http://HOST:PORT (prepend_scheme_if_needed).
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var proxy) || proxy.Host.Length == 0)
        {
            throw new FirnException($"{variable} is not a URL of a proxy", "write it as http://HOST:PORT");
        }

        var scheme = proxy.Scheme switch
        {
            "http" or "https" or "socks4" or "socks4a" or "socks5" => proxy.Scheme,
            // .NET's socks5 lets the proxy resolve names, which is what the h says.
            "socks5h" => "socks5",
            _ => throw new FirnException(
                $"{variable} names a proxy of the unknown kind {proxy.Scheme}", "use an http, https or socks5 proxy"),
        };
        var port = proxy.Port > 0 ? proxy.Port : scheme.StartsWith("socks", StringComparison.Ordinal) ? 1080 : 80;
        var address = new UriBuilder(scheme, proxy.Host, port).Uri;
        if (proxy.UserInfo.Length > 0)
        {
            var parts = proxy.UserInfo.Split(':', 2);
            _credentials[address.Authority] = new NetworkCredential(
                Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        }

        return address;
    }
}

/// <summary>The hosts that are asked without a proxy (requests: should_bypass_proxies; urllib: proxy_bypass_environment).</summary>
internal sealed class NoProxyList
{
    private readonly string[] _ofRequests;
    private readonly string[] _ofUrllib;
    private readonly bool _isAll;

    /// <param name="ofRequests">As requests reads the variables.</param>
    /// <param name="ofUrllib">As urllib reads them: an empty <c>no_proxy</c> hides <c>NO_PROXY</c>.</param>
    public NoProxyList(string ofRequests, string ofUrllib)
    {
        _ofRequests = ofRequests.Replace(" ", string.Empty, StringComparison.Ordinal)
            .Split(',', StringSplitOptions.RemoveEmptyEntries);
        _ofUrllib = [.. ofUrllib.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.TrimStart('.'))];
        _isAll = ofUrllib == "*";
    }

    public bool Holds(Uri destination)
    {
        var host = destination.IdnHost;
        return _isAll || HoldsAsRequests(destination, host) || HoldsAsUrllib(host);
    }

    private bool HoldsAsRequests(Uri destination, string host)
    {
        var isIpv4 = destination.HostNameType == UriHostNameType.IPv4;
        var withPort = destination.IsDefaultPort ? host : $"{host}:{destination.Port}";
        foreach (var name in _ofRequests)
        {
            // requests compares the ends of names, so that "ample.org" holds example.org; numbers are compared whole.
            var isHeld = isIpv4
                ? name == host || IsInNetwork(host, name)
                : host.EndsWith(name, StringComparison.Ordinal) || withPort.EndsWith(name, StringComparison.Ordinal);
            if (isHeld)
            {
                return true;
            }
        }

        return false;
    }

    private bool HoldsAsUrllib(string host)
    {
        foreach (var name in _ofUrllib)
        {
            if (host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                && (host.Length == name.Length || host[^(name.Length + 1)] == '.'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInNetwork(string host, string network)
    {
        var slash = network.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !int.TryParse(network.AsSpan(slash + 1), out var bits) || bits is < 1 or > 32
            || !IPAddress.TryParse(network.AsSpan(0, slash), out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !IPAddress.TryParse(host, out var asked))
        {
            return false;
        }

        var mask = uint.MaxValue << (32 - bits);
        return (NumberOf(address) & mask) == (NumberOf(asked) & mask);
    }

    private static uint NumberOf(IPAddress address) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
