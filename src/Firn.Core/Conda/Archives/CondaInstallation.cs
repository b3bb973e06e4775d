using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Conda.Archives;

/// <summary>What an installation of a package holds.</summary>
internal sealed record CondaInstallation
{
    /// <summary>
    /// The members of its bundle: the same that an archive of the installed package has. Their contents are in the
    /// <see cref="CondaArchive"/>, which has to be there until the bundle is written; digests are checked then.
    /// </summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>Its record for <c>conda-meta</c>, in canonical form.</summary>
    public required byte[] Record { get; init; }

    /// <summary>The scripts of its entry points: relative to the prefix, with Firn's token for the prefix.</summary>
    public ImmutableArray<(string Path, string Text, bool IsExecutable)> EntryPointScripts { get; init; } = [];

    /// <summary>What was left out.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
