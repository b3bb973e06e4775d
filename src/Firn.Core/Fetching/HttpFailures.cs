using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Firn.Common;
using Firn.Fetching.Access;

namespace Firn.Fetching;

/// <summary>Says what went wrong, and whether it may pass.</summary>
internal static class HttpFailures
{
    /// <summary>Whether it is a failure of the exchange; whatever else is thrown is a bug.</summary>
    public static bool IsOfTheNetwork(Exception exception) => exception is HttpRequestException or IOException
        or OperationCanceledException or SocketException;

    /// <summary>The failure to throw for what .NET threw.</summary>
    /// <param name="exception">What it threw.</param>
    /// <param name="guard">Knows whether the exchange was ended, and by whom.</param>
    /// <param name="address">Who was asked.</param>
    /// <param name="name">What was fetched.</param>
    /// <param name="action">What was done with it.</param>
    public static Exception Translate(Exception exception, StallTimeout guard, Uri address, string name, string action = "fetch")
    {
        guard.ThrowIfCancelled();
        if (guard.IsStalled)
        {
            return new TransientFailure(guard.Reason, innerException: exception);
        }

        if (exception is OperationCanceledException)
        {
            return new TransientFailure($"no connection to {address.Authority} in time", innerException: exception);
        }

        if (Find<AuthenticationException>(exception) is { } untrusted)
        {
            return new FirnException(
                $"cannot {action} {name}: the certificate of {address.Authority} is not trusted: {OneLine(untrusted)}",
                "name the certificates of your authority with SSL_CERT_FILE or REQUESTS_CA_BUNDLE",
                innerException: exception);
        }

        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status })
        {
            return new FirnException(
                $"cannot {action} {name}: the proxy answers {Text(status)}",
                "check HTTPS_PROXY; it may hold the credentials as http://USER:PASSWORD@HOST:PORT",
                innerException: exception);
        }

        return new TransientFailure(Reason(exception, address), innerException: exception);
    }

    /// <summary>The failure to throw for an answer that brings no file.</summary>
    public static Exception OfStatus(HttpAnswer reply, string name, CredentialStore credentials)
    {
        var host = reply.Address.Authority;
        var status = Text(reply.Status);
        switch (reply.Status)
        {
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
            case >= HttpStatusCode.InternalServerError
                and not HttpStatusCode.NotImplemented and not HttpStatusCode.HttpVersionNotSupported:
                return new TransientFailure($"{host} answers {status}", reply.RetryAfter());
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return OfRefusal(reply, name, credentials);
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                return new FirnException(
                    $"cannot fetch {name}: {host} does not have it ({status})",
                    "check the URL; a private host may also say so where credentials are missing");
            case HttpStatusCode.ProxyAuthenticationRequired:
                return new FirnException(
                    $"cannot fetch {name}: the proxy answers {status}",
                    "put the credentials into HTTP_PROXY as http://USER:PASSWORD@HOST:PORT");
            default:
                return new FirnException($"cannot fetch {name}: {host} answers {status}", "check where the URL leads");
        }
    }

    private static FirnException OfRefusal(HttpAnswer reply, string name, CredentialStore credentials)
    {
        var said = reply.Authorization is { } sent
            ? $"refuses the credentials of {sent.Source}"
            : reply.Status == HttpStatusCode.Unauthorized ? "asks for credentials" : "refuses access";
        var problems = credentials.Problems.IsEmpty ? string.Empty : "; " + string.Join("; ", credentials.Problems);
        return new FirnException(
            $"cannot fetch {name}: {reply.Address.Authority} {said} ({Text(reply.Status)}){problems}",
            "credentials are taken from the URL, ~/.netrc (or $NETRC) and ~/.rattler/credentials.json (or $RATTLER_AUTH_FILE)");
    }

    private static string Reason(Exception exception, Uri address)
    {
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError })
        {
            return $"the name of the host {address.Host} is not known";
        }

        if (exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
        {
            return $"{address.Authority} broke off";
        }

        var cause = Find<SocketException>(exception) ?? exception;
        return $"{address.Authority}: {OneLine(cause)}";
    }

    /// <summary>A status as messages show it: <c>404 NotFound</c>.</summary>
    public static string Text(HttpStatusCode status) =>
        Enum.IsDefined(status) ? $"{(int)status} {status}" : ((int)status).ToString();

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.');

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (var at = exception; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }
}
