namespace Firn.Fetching.Http;

/// <summary>What is asked of a server beside the address.</summary>
internal sealed record HttpQuery
{
    /// <summary>How messages call what is fetched.</summary>
    public required string Name { get; init; }

    public string Accept { get; init; } = "*/*";

    /// <summary>Whether gzip is understood; files are taken as they are, since their hashes are of those bytes.</summary>
    public bool TakesGzip { get; init; }

    /// <summary>The first byte that is wanted; with <see cref="Validator"/>.</summary>
    public long Offset { get; init; }

    /// <summary>What the file had when its first bytes came: RFC 9110's strong validator for If-Range.</summary>
    public string? Validator { get; init; }

    /// <summary>Whether caches on the way are told to ask the server.</summary>
    public bool IsFresh { get; init; }

    public HttpRequestMessage ToRequest(Uri address, string userAgent, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
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

        if (IsFresh)
        {
            request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        }

        return request;
    }
}
