using Firn.Common.Files;

namespace Firn.Storage.Contents;

/// <summary>A file in a store.</summary>
/// <param name="Path">Relative to the store, with <c>/</c>.</param>
/// <param name="Stat">What the file system says of it.</param>
internal sealed record ContentFile(string Path, FileStat Stat)
{
    /// <summary>Where it belongs: its path, or where a collection has taken it from.</summary>
    public string Place => CollectionFolder.OriginOf(Path) ?? Path;

    /// <summary>When it was last written or refreshed.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(
        (Stat.ModifiedSeconds * 1000) + (Stat.ModifiedNanoseconds / 1_000_000));
}
