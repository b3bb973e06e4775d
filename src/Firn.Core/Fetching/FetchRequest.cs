using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>A file that is wanted, and all that is known of it before it is there.</summary>
internal sealed record FetchRequest
{
    /// <summary>An http, https or file URL, which may carry credentials; or a local path.</summary>
    public required string Url { get; init; }

    /// <summary>One of the strongest algorithm must match; empty where no hash is known.</summary>
    public ImmutableArray<FileHash> Hashes { get; init; } = [];

    /// <summary>How many bytes the file has, where that is known.</summary>
    public long? Size { get; init; }

    /// <summary>How messages call it; else they show the URL without its credentials.</summary>
    public string? Name { get; init; }

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Name ?? Credentials.Remove(Url);
}
