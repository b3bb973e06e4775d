using System.Diagnostics;
using System.Net;
using Firn.Fetching.Access;

namespace Firn.Fetching.Http;

/// <summary>A server's answer whose body is still to be read. Disposing gives the place at the host to the next transfer.</summary>
internal sealed class HttpReply(HttpResponseMessage response, SemaphoreSlim gate, Uri address, HostAuthorization? authorization)
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
    public int Read(byte[] buffer, StallGuard guard)
    {
        try
        {
            guard.Rearm();
            var started = Stopwatch.GetTimestamp();

            // A blocking read cannot be cancelled: this one can, and the thread waits for it all the same.
            var body = response.Content.ReadAsStream(guard.Token);
            var read = body.ReadAsync(buffer, guard.Token).AsTask().GetAwaiter().GetResult();
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
