using System.Collections.Immutable;

namespace Firn.Captures.Archives;

/// <summary>What an installation of a distribution holds beside its bundle.</summary>
internal sealed record ArchivedDistribution
{
    /// <summary>The name of its metadata folder in site-packages, for example <c>numpy-1.26.4.dist-info</c>.</summary>
    public required string Metadata { get; init; }

    /// <summary>The launchers, sorted by path.</summary>
    public ImmutableArray<ArchivedLauncher> Launchers { get; init; } = [];

    /// <summary>
    /// The files that the installer wrote into the metadata folder, by name: INSTALLER, REQUESTED, direct_url.json
    /// (without credentials), and what of uv's there is.
    /// </summary>
    public ImmutableSortedDictionary<string, string> InstallerFiles { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Whether it has a RECORD, which a restore writes again.</summary>
    public bool HasRecord { get; init; }

    /// <summary>Whether RECORD has rows for bytecode.</summary>
    public bool RecordsBytecode { get; init; }

    /// <summary>The rows of an editable install that lead to texts of the tree, relative to site-packages.</summary>
    public ImmutableArray<string> LinkFiles { get; init; } = [];
}
