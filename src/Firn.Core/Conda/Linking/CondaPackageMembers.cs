using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Linking;

/// <summary>What an installed conda package gives to its bundle: published paths and, wherever they can be found, published bytes.</summary>
internal sealed record CondaPackageMembers
{
    public required CondaFileRecord Record { get; init; }

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
        CondaFileRecord record,
        string prefix,
        IReadOnlyList<string> prefixes,
        CancellationToken cancellation,
        IContentObserver? watch = null,
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

/// <summary>A path of an installed package and what goes into the bundle for it.</summary>
internal sealed record CondaMember
{
    /// <summary>What the record says.</summary>
    public required CondaPathEntry Entry { get; init; }

    /// <summary>What goes into the bundle; <see langword="null"/> for what is missing.</summary>
    public BundleMember? Member { get; init; }

    public required CondaFileState State { get; init; }

    /// <summary>The digest of the file in the prefix, where it was read for this.</summary>
    public Sha256Digest? Observed { get; init; }

    /// <summary>The digest that the file in the prefix should have: as installed, else as published.</summary>
    public Sha256Digest? Recorded => Entry.InPrefix ?? (Entry.Placeholder is null ? Entry.Published : null);

    /// <summary>The same with what is known once the bundle is written.</summary>
    /// <param name="written">The digest of the member's bytes, from the bundle.</param>
    public CondaMember Settle(Sha256Digest written)
    {
        if (State != CondaFileState.Unread)
        {
            return this;
        }

        var isInstalled = written == Entry.InPrefix;
        var state = Entry.Published is null
            ? isInstalled || Entry.InPrefix is null ? CondaFileState.Unconfirmed : CondaFileState.Edited
            : written == Entry.Published ? CondaFileState.Published
            : isInstalled ? CondaFileState.AsInstalled
            : CondaFileState.Edited;
        return this with { State = state, Observed = written };
    }
}

/// <summary>What is known of a file of a package.</summary>
internal enum CondaFileState
{
    /// <summary>Its digest is known once the bundle is written (<see cref="CondaMember.Settle"/>).</summary>
    Unread,

    /// <summary>The bytes in the bundle are the published ones; a link or a folder is there.</summary>
    Published,

    /// <summary>
    /// No published digest is recorded. The prefix was taken out so that putting it in gives the installed bytes, or
    /// there was none in it.
    /// </summary>
    Unconfirmed,

    /// <summary>The bytes are those that were installed, and the published ones could not be found from them.</summary>
    AsInstalled,

    /// <summary>The bytes are neither the published nor the installed ones: somebody changed them.</summary>
    Edited,

    /// <summary>It is not there, or cannot be read.</summary>
    Missing,
}
