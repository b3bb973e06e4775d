using System.Collections.Immutable;

namespace Firn.Python.Indexes;

/// <summary>A file that an index, a folder or a lock offers.</summary>
internal sealed record IndexFile
{
    /// <summary>The file's name, safe as a name in a folder.</summary>
    public required string FileName { get; init; }

    /// <summary>Where it is, without fragment: <c>https</c>, <c>http</c> or <c>file</c>. It may hold credentials.</summary>
    public required string Url { get; init; }

    /// <summary>Its digests; empty where nobody tells.</summary>
    public ImmutableArray<IndexHash> Hashes { get; init; } = [];

    /// <summary>Its size in bytes, where it is told.</summary>
    public long? Size { get; init; }

    /// <summary>The versions of Python that it takes, as written.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Whether it was withdrawn (PEP 592).</summary>
    public bool IsYanked { get; init; }

    /// <summary>Why, where that is told.</summary>
    public string? YankedReason { get; init; }

    /// <summary>The digest of <c>URL.metadata</c> as <c>sha256:HEX</c>; empty where there is such a file without digest (PEP 658).</summary>
    public string? MetadataHash { get; init; }

    /// <summary>The name and where it is, without credentials.</summary>
    public override string ToString() => Common.Credentials.Remove(Url);
}
