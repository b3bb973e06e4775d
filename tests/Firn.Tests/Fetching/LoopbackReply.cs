using System.Text;

namespace Firn.Tests.Fetching;

/// <summary>What the server answers, with the ways in which servers misbehave.</summary>
internal sealed record LoopbackReply
{
    public int Status { get; init; } = 200;

    public Dictionary<string, string> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>What Content-Length says instead of the truth.</summary>
    public long? DeclaredLength { get; init; }

    /// <summary>No Content-Length: the body comes in chunks.</summary>
    public bool IsChunked { get; init; }

    /// <summary>No Content-Length and no chunks: the body ends with the connection.</summary>
    public bool EndsWithConnection { get; init; }

    /// <summary>The connection is closed after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing more comes after so many bytes of the body, until the server is disposed.</summary>
    public int? StallAfter { get; init; }

    /// <summary>The wait after each byte of the body.</summary>
    public TimeSpan? Drip { get; init; }

    /// <summary>The body is sent again and again.</summary>
    public bool IsEndless { get; init; }

    public static LoopbackReply Text(string body, string contentType = "text/plain") =>
        new() { Body = Encoding.UTF8.GetBytes(body), Headers = { ["Content-Type"] = contentType } };

    public static LoopbackReply Redirect(string location, int status = 302) =>
        new() { Status = status, Headers = { ["Location"] = location } };
}
