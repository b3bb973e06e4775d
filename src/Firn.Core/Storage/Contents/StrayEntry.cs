using Firn.Common;

namespace Firn.Storage.Contents;

/// <summary>An entry of a store's folder that belongs to nothing.</summary>
/// <param name="Path">Relative to the store.</param>
/// <param name="Kind">Why.</param>
internal sealed record StrayEntry(string Path, StrayKind Kind)
{
    /// <summary>The kind of an entry that belongs to nothing, as its folder tells it.</summary>
    public static StrayKind KindOf(DirectoryEntry entry) =>
        entry.Kind == DirectoryEntryKind.Link ? StrayKind.Link : StrayKind.Foreign;
}
