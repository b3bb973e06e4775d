using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Conda.Linking;

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
