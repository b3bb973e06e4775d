using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Conda.Linking;

/// <summary>What an installed conda package gives to its bundle: published paths and, wherever they can be found, published bytes.</summary>
internal sealed record CondaPackageMembers
{
    public required CondaLinkRecord Record { get; init; }

    /// <summary>The paths that belong to the bundle, in the record's order, with those that are missing.</summary>
    public required ImmutableArray<CondaMember> Members { get; init; }

    /// <summary>What was refused or could not be read.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>
    /// Reads the package from the prefix. Files with a placeholder are hashed here, the others when the bundle is
    /// written: <see cref="Settle"/>.
    /// </summary>
    /// <param name="record">The package's record.</param>
    /// <param name="prefix">The prefix on the disk.</param>
    /// <param name="prefixes">What the prefix is called in the files: <c>CondaInstalledPrefixes</c>.</param>
    /// <param name="cancellation">Stops between two files.</param>
    /// <param name="watch">Is shown what is kept as it is.</param>
    /// <param name="denied">Files, absolute, that may not be read.</param>
    public static CondaPackageMembers Read(
        CondaLinkRecord record,
        string prefix,
        IReadOnlyList<string> prefixes,
        CancellationToken cancellation,
        IContentWatch? watch = null,
        IReadOnlySet<string>? denied = null) =>
        new CondaMemberReader(record, prefix, prefixes, watch, denied).Read(cancellation);

    /// <summary>The members for the bundle.</summary>
    public List<BundleMember> ToBundle()
    {
        var members = new List<BundleMember>(Members.Length);
        foreach (var member in Members)
        {
            if (member.Member is { } bundled)
            {
                members.Add(bundled);
            }
        }

        return members;
    }

    /// <summary>The package with the state of every file known.</summary>
    /// <param name="members">The members of the bundle that <see cref="ToBundle"/> became.</param>
    /// <param name="written">The digest of each of them that is a file.</param>
    public CondaPackageMembers Settle(IReadOnlyList<BundleMember> members, IReadOnlyList<Sha256Digest?> written)
    {
        var digests = new Dictionary<string, Sha256Digest>(members.Count, StringComparer.Ordinal);
        for (var i = 0; i < members.Count; i++)
        {
            if (written[i] is { } digest)
            {
                digests[members[i].Path] = digest;
            }
        }

        var settled = ImmutableArray.CreateBuilder<CondaMember>(Members.Length);
        foreach (var member in Members)
        {
            settled.Add(member.Member is { } bundled && digests.TryGetValue(bundled.Path, out var digest)
                ? member.Settle(digest)
                : member);
        }

        return this with { Members = settled.MoveToImmutable() };
    }

    /// <summary>
    /// The worst state of its files: edited or missing ones make it <see cref="CondaFileState.Edited"/>, then come
    /// as-installed and unconfirmed ones.
    /// </summary>
    public CondaFileState State
    {
        get
        {
            var state = CondaFileState.Published;
            foreach (var member in Members)
            {
                var other = member.State == CondaFileState.Missing ? CondaFileState.Edited : member.State;
                state = other > state ? other : state;
            }

            return state;
        }
    }
}
