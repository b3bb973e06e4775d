using System.Collections.Immutable;

namespace Firn.Fetching;

/// <summary>How files are fetched.</summary>
internal sealed record FetchOptions
{
    /// <summary>No network is used; local files and mirrors are.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How often what may be a passing failure is tried again; anew where a transfer got ahead.</summary>
    public int Retries { get; init; } = 3;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Over what time of waiting a server must keep to <see cref="LeastRate"/>: one that drips is given up on.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The fewest bytes a second that are worth waiting for.</summary>
    public int LeastRate { get; init; } = 1024;

    /// <summary>The wait before the first retry; each further one is twice as long.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a retry, whatever a server asks for.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest matching prefix decides.</summary>
    public ImmutableArray<Mirror> Mirrors { get; init; } = [];

    /// <summary>How many transfers one host serves at a time.</summary>
    public int MaxPerHost { get; init; } = 8;

    /// <summary>The most bytes of a file whose size nobody said.</summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>
    /// A file or folder of PEM certificates that are trusted instead of the system's (conda's <c>ssl_verify: PATH</c>);
    /// else PIP_CERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE name it.
    /// </summary>
    public string? CertificateBundle { get; init; }

    /// <summary>False for conda's <c>ssl_verify: false</c>: whoever answers is believed.</summary>
    public bool IsCertificateVerified { get; init; } = true;

    /// <summary><c>firn/VERSION</c>.</summary>
    public string UserAgent { get; init; } =
        "firn/" + (typeof(FetchOptions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
}
