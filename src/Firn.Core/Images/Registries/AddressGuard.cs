using System.Net;
using System.Net.Sockets;
using Firn.Common;
using Firn.Fetching;

namespace Firn.Images.Registries;

/// <summary>Who can be reached at an address.</summary>
internal enum AddressKind
{
    /// <summary>Everybody's.</summary>
    Public,

    /// <summary>Of the own network (RFC 1918, RFC 4193, RFC 6598), or reserved.</summary>
    Private,

    /// <summary>Of the own link (RFC 3927), where clouds tell machines their secrets.</summary>
    LinkLocal,

    /// <summary>This machine.</summary>
    Loopback,
}

/// <summary>
/// Looks at where a registry sends us: by the realm of its tokens, by redirects and by Locations. A registry is not trusted to make this
/// machine ask what only this machine can reach, nor to make it speak without TLS.
/// </summary>
/// <param name="registry">The address of the registry itself.</param>
/// <param name="options">What the user allows.</param>
/// <param name="proxy">The proxies: a name that a proxy resolves cannot be looked up here.</param>
internal sealed class AddressGuard(Uri registry, RegistryOptions options, IWebProxy proxy)
{
    private readonly Lazy<AddressKind> _own = new(() => KindOf(registry));

    /// <summary>What a Location means, relative to who said it.</summary>
    /// <param name="from">Who said it.</param>
    /// <param name="location">What it said.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="FirnException">It leads nowhere, or to where a registry must not send us.</exception>
    public Uri Resolve(Uri from, string? location, string what)
    {
        var next = location is null ? null : HttpSender.Resolve(from, location);
        if (next is null || next.Scheme is not ("http" or "https") || next.Host.Length == 0)
        {
            throw Refusal($"answers with {what} that leads nowhere", "check the name of the registry");
        }

        Check(next, what);
        return next.UserInfo.Length == 0 ? next : new UriBuilder(next) { UserName = string.Empty, Password = string.Empty }.Uri;
    }

    /// <summary>Refuses an address to which a registry must not send us.</summary>
    /// <exception cref="FirnException">It is such a one.</exception>
    public void Check(Uri next, string what)
    {
        if (HttpSender.KeepsAuthorization(registry, next))
        {
            return;
        }

        var isOwnHost = string.Equals(next.IdnHost, registry.IdnHost, StringComparison.OrdinalIgnoreCase);
        if (next.Scheme == Uri.UriSchemeHttp && !(registry.Scheme == Uri.UriSchemeHttp && (isOwnHost || IsLoopbackName(next))))
        {
            throw Refusal(
                $"answers with {what} at {next.GetLeftPart(UriPartial.Authority)}, without TLS",
                isOwnHost ? "the registry does not know that it is behind TLS: its proxy has to say X-Forwarded-Proto: https" : "tell who runs the registry");
        }

        var kind = isOwnHost || options.AllowsPrivateAddresses || (proxy.GetProxy(next) is not null && !IPAddress.TryParse(next.IdnHost.Trim('[', ']'), out _))
            ? AddressKind.Public
            : KindOf(next);
        if (kind != AddressKind.Public && kind != _own.Value)
        {
            throw new FirnException(
                $"{registry.Authority} answers with {what} at the private address {next.Authority}",
                $"where that is right, {RequestSetting.AllowsPrivateAddresses} allows it");
        }
    }

    /// <summary>Whether a name means this machine without being looked up.</summary>
    public static bool IsLoopbackName(Uri address) =>
        IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal)
            ? KindOf(literal) == AddressKind.Loopback
            : address.IdnHost.TrimEnd('.') is var host
                && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));

    /// <summary>Who can be reached there.</summary>
    public static AddressKind KindOf(IPAddress address)
    {
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        if (bytes.Length == 16)
        {
            return IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) ? AddressKind.Loopback
                : address.IsIPv6LinkLocal ? AddressKind.LinkLocal
                // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address.
                : bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) ? KindOf(new IPAddress(bytes.AsSpan(12)))
                : bytes[0] == 0x20 && bytes[1] == 0x02 ? KindOf(new IPAddress(bytes.AsSpan(2, 4)))
                : (bytes[0] & 0xfe) == 0xfc || address.IsIPv6SiteLocal || address.IsIPv6Multicast ? AddressKind.Private
                : AddressKind.Public;
        }

        return bytes switch
        {
            // What is sent to 0.0.0.0 arrives at this machine.
            [127, ..] or [0, ..] => AddressKind.Loopback,
            [169, 254, ..] => AddressKind.LinkLocal,
            [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..] or [>= 224, ..] => AddressKind.Private,
            _ => AddressKind.Public,
        };
    }

    /// <summary>The most private of the addresses that a name has; one that has none is refused when it is asked.</summary>
    private static AddressKind KindOf(Uri address)
    {
        if (IsLoopbackName(address))
        {
            return AddressKind.Loopback;
        }

        if (IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal))
        {
            return KindOf(literal);
        }

        try
        {
            return Dns.GetHostAddresses(address.IdnHost).Select(KindOf).DefaultIfEmpty(AddressKind.Public).Max();
        }
        catch (SocketException)
        {
            return AddressKind.Public;
        }
    }

    private FirnException Refusal(string what, string hint) => new($"{registry.Authority} {what}", hint);
}
