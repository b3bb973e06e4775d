using System.Collections.Immutable;

namespace Firn.Python.Distributions;

/// <summary>Where a distribution that did not come from an index came from (PEP 610, <c>direct_url.json</c>).</summary>
/// <param name="Url">The URL with credentials removed.</param>
public sealed record DirectReference(string Url)
{
    /// <summary>The version control system, for example <c>git</c>; <see langword="null"/> for archives and folders.</summary>
    public string? Vcs { get; init; }

    /// <summary>The commit that was installed.</summary>
    public string? CommitId { get; init; }

    /// <summary>The branch, tag or commit that was asked for.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The folder of the project below the URL.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The archive's hashes as <c>ALGORITHM=HEX</c>.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>Whether it is a folder on this machine.</summary>
    public bool IsDirectory { get; init; }
}
