namespace Firn.Storage.Contents;

/// <summary>An entry of a store's folder that belongs to nothing.</summary>
/// <param name="Path">Relative to the store.</param>
/// <param name="Kind">Why.</param>
internal sealed record StrayEntry(string Path, StrayKind Kind);
