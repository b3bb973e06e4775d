using System.Collections.Immutable;
using Firn.Python.Indexes;
using Firn.Python.Requirements;

namespace Firn.Python.Locks;

/// <summary>An entry of <c>[[packages]]</c>.</summary>
internal sealed record PylockPackage
{
    /// <summary>The name as PEP 503 compares it.</summary>
    public required string Name { get; init; }

    /// <summary>The version in its normal form; left out of what is built from a moving source.</summary>
    public string? Version { get; init; }

    /// <summary>When it counts.</summary>
    public Marker? Marker { get; init; }

    /// <summary>The versions of Python that it takes.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The repository, folder or archive; <see langword="null"/> where it has wheels or an sdist.</summary>
    public PylockSource? Source { get; init; }

    /// <summary>The wheels and, last, the sdist.</summary>
    public ImmutableArray<IndexFile> Files { get; init; } = [];

    /// <summary>The index that they came from.</summary>
    public string? IndexUrl { get; init; }

    /// <summary>Where it stands, for example <c>pylock.toml: packages[3]</c>.</summary>
    public required string Origin { get; init; }
}
