using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Archives;

/// <summary>What a package says of itself in <c>info</c> (CEP 34), checked.</summary>
internal sealed record CondaArchiveInfo
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Build { get; init; }

    public long BuildNumber { get; init; }

    /// <summary>The platform it was built for; <see langword="null"/> where an old package does not tell.</summary>
    public string? Subdir { get; init; }

    /// <summary><c>python</c> or <c>generic</c>; <see langword="null"/> for a package of one platform.</summary>
    public string? Noarch { get; init; }

    /// <summary>As built; repodata may have been mended since.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    public ImmutableArray<string> Constrains { get; init; } = [];

    public string? License { get; init; }

    public string? LicenseFamily { get; init; }

    /// <summary>When it was built, in milliseconds since 1970.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Of a Python: where it has its packages, relative to the prefix (CEP 17).</summary>
    public string? PythonSitePackagesPath { get; init; }

    /// <summary>Of <c>noarch: python</c>: the scripts to make, as <c>command = module:function</c>.</summary>
    public ImmutableArray<string> EntryPoints { get; init; } = [];

    /// <summary>The scripts that installers run around linking, as paths of the package. Firn runs none.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];

    /// <summary>The digests of <see cref="LinkScripts"/>, in their order.</summary>
    public ImmutableArray<Sha256Digest> LinkScriptDigests { get; init; } = [];

    /// <summary>Whether it has <c>Menu/*.json</c> (CEP 11), of which Firn makes no menus.</summary>
    public bool HasMenu { get; init; }

    /// <summary><c>info/index.json</c> as it is.</summary>
    public required ReadOnlyMemory<byte> IndexJson { get; init; }
}
