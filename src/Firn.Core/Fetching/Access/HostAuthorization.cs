using System.Text;

namespace Firn.Fetching.Access;

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
