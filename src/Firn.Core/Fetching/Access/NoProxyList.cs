using System.Net;
using System.Net.Sockets;

namespace Firn.Fetching.Access;

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
