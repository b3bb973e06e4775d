using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Fetching.Access;

/// <summary>
/// Finds the credentials for an address: its own, those that another URL of the same origin had (pip: network/auth.py
/// keeps them by host), then the files of rattler and netrc. The files are read when the first address is asked for.
/// </summary>
internal sealed class CredentialStore
{
    private const int MaxBytes = 1 << 20;
    private readonly ConcurrentDictionary<string, HostAuthorization> _ofOrigins = new(StringComparer.Ordinal);
    private readonly Lazy<Files> _files;

    public CredentialStore(SystemContext systemContext) => _files = new Lazy<Files>(() => Files.Read(systemContext));

    /// <summary>What the files' readers met, for the message of a host that refuses.</summary>
    public ImmutableArray<string> Problems => _files.Value.Problems;

    /// <param name="address">Where a file is asked for.</param>
    /// <param name="userInfo">The credentials in its URL, percent-encoded.</param>
    /// <returns><see langword="null"/> where nothing is known of the host.</returns>
    public HostAuthorization? Find(Uri address, string? userInfo)
    {
        var origin = address.GetLeftPart(UriPartial.Authority);
        if (userInfo is not null)
        {
            var own = HostAuthorization.OfUserInfo(userInfo, "the URL");
            _ofOrigins.TryAdd(origin, own);
            return own;
        }

        return _ofOrigins.TryGetValue(origin, out var shared) ? shared : _files.Value.Find(address);
    }

    /// <summary>The files that know credentials.</summary>
    private sealed record Files(
        ImmutableArray<RattlerCredentials> Rattler, Netrc Netrc, string NetrcPath, ImmutableArray<string> Problems)
    {
        public static Files Read(SystemContext systemContext)
        {
            var problems = ImmutableArray.CreateBuilder<string>();
            var rattler = ImmutableArray.CreateBuilder<RattlerCredentials>();
            var explicitPath = systemContext.Variable("RATTLER_AUTH_FILE");
            if (explicitPath is not null)
            {
                rattler.Add(ReadRattler(Expand(explicitPath, systemContext), isRequired: true, problems));
            }

            rattler.Add(ReadRattler(
                Path.Join(systemContext.HomeDirectory, ".rattler", "credentials.json"), isRequired: false, problems));
            var path = NetrcPathOf(systemContext);
            var netrc = path.Length == 0 ? new Netrc([], null) : ReadNetrc(path, problems);
            return new Files(rattler.ToImmutable(), netrc, path, problems.ToImmutable());
        }

        /// <summary>The whole host comes before the domains above it, and netrc's default last.</summary>
        public HostAuthorization? Find(Uri address)
        {
            var host = address.IdnHost;
            foreach (var file in Rattler)
            {
                if (file.Find(host) is { } authorization)
                {
                    return authorization;
                }
            }

            if (Of(Netrc.Find(host, isDefault: false)) is { } entry)
            {
                return entry;
            }

            foreach (var file in Rattler)
            {
                if (address.HostNameType == UriHostNameType.Dns && file.FindWildcard(host) is { } authorization)
                {
                    return authorization;
                }
            }

            // An entry that is there and empty says: send nothing.
            return Netrc.Find(host, isDefault: false) is null ? Of(Netrc.Find(host, isDefault: true)) : null;
        }

        /// <summary>requests' get_netrc_auth (utils.py): the account stands in for a missing login.</summary>
        private HostAuthorization? Of(NetrcEntry? entry)
        {
            var user = entry is null ? string.Empty : entry.Login.Length > 0 ? entry.Login : entry.Account;
            return entry is null || (user.Length == 0 && entry.Password.Length == 0)
                ? null
                : HostAuthorization.Basic(user, entry.Password, NetrcPath);
        }

        private static RattlerCredentials ReadRattler(
            string path, bool isRequired, ImmutableArray<string>.Builder problems)
        {
            var content = BoundedFile.Read(path, MaxBytes);
            var file = content.IsComplete
                ? RattlerCredentials.Parse(content.Memory, path)
                : RattlerCredentials.Parse("{}"u8.ToArray(), path);
            var problem = content.IsComplete ? file.Problem
                : content.Status == FileReadStatus.Missing && !isRequired ? null
                : content.Reason;
            if (problem is not null)
            {
                problems.Add($"{path} is not used: {problem}");
            }

            return file;
        }

        private static Netrc ReadNetrc(string path, ImmutableArray<string>.Builder problems)
        {
            var content = BoundedFile.Read(path, MaxBytes);
            var netrc = content.IsComplete
                ? Netrc.Parse(System.Text.Encoding.UTF8.GetString(content.Bytes))
                : new Netrc([], content.Status == FileReadStatus.Missing ? null : content.Reason);
            if (netrc.Problem is not null)
            {
                problems.Add($"{path} is not used: {netrc.Problem}");
            }

            return netrc;
        }

        /// <summary>requests: $NETRC where it is set, even to nothing; else the first of ~/.netrc and ~/_netrc that is there.</summary>
        private static string NetrcPathOf(SystemContext systemContext)
        {
            if (systemContext.Variables.TryGetValue("NETRC", out var named))
            {
                return named.Length == 0 ? string.Empty : Expand(named, systemContext);
            }

            var usual = Path.Join(systemContext.HomeDirectory, ".netrc");
            var other = Path.Join(systemContext.HomeDirectory, "_netrc");
            return !Path.Exists(usual) && Path.Exists(other) ? other : usual;
        }

        private static string Expand(string path, SystemContext systemContext) =>
            path.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Join(systemContext.HomeDirectory, path[1..])
                : Path.GetFullPath(path, systemContext.CurrentDirectory);
    }
}

/// <summary>The right to read from a host: a header, or a token that goes into the URL.</summary>
internal sealed record HostAuthorization
{
    private HostAuthorization()
    {
    }

    /// <summary>The value of the <c>Authorization</c> header; <see langword="null"/> for a conda token.</summary>
    public string? Header { get; private init; }

    /// <summary>conda's token, which becomes <c>/t/TOKEN</c> before the path.</summary>
    public string? CondaToken { get; private init; }

    /// <summary>Where it was found, for messages: a path, or "the URL".</summary>
    public required string Source { get; init; }

    public static HostAuthorization Basic(string user, string password, string source) => new()
    {
        Header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")),
        Source = source,
    };

    /// <summary><see langword="null"/> where the token cannot stand in a header.</summary>
    public static HostAuthorization? Bearer(string token, string source) =>
        token.Length > 0 && token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? new HostAuthorization { Header = "Bearer " + token, Source = source }
            : null;

    /// <summary><see langword="null"/> where conda would not know the token in a URL (common/url.py: <c>/t/([a-zA-Z0-9-_]+)</c>).</summary>
    public static HostAuthorization? OfCondaToken(string token, string source)
    {
        foreach (var c in token)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return null;
            }
        }

        return token.Length == 0 ? null : new HostAuthorization { CondaToken = token, Source = source };
    }

    /// <summary>Of the <c>user:password</c> of a URL; pip sends a lone user with an empty password.</summary>
    public static HostAuthorization OfUserInfo(string userInfo, string source)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? userInfo : userInfo[..colon];
        var password = colon < 0 ? string.Empty : userInfo[(colon + 1)..];
        return Basic(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password), source);
    }

    /// <summary>The address that is asked: with the token, where there is one and the URL has none.</summary>
    public Uri Apply(Uri address) =>
        CondaToken is null || address.AbsolutePath.StartsWith("/t/", StringComparison.Ordinal)
            ? address
            : new Uri($"{address.GetLeftPart(UriPartial.Authority)}/t/{CondaToken}{address.PathAndQuery}");

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Source;
}
