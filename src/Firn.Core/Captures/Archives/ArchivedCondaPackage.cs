using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>What an installation of a conda package holds beside its bundle.</summary>
internal sealed record ArchivedCondaPackage
{
    /// <summary>The build string.</summary>
    public required string Build { get; init; }

    /// <summary>The object in the store that is its record from <c>conda-meta</c>, without credentials.</summary>
    public required Sha256Digest Record { get; init; }

    /// <summary>
    /// Files, in the package's own paths, whose published bytes could not be brought back: they are the installed bytes
    /// of this prefix. Sorted.
    /// </summary>
    public ImmutableArray<string> AsInstalled { get; init; } = [];
}
