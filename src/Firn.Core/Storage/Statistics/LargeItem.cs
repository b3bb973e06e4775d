namespace Firn.Storage.Statistics;

/// <summary>Something large in a store.</summary>
/// <param name="Path">Relative to the store.</param>
/// <param name="Bytes">What it takes on the disk.</param>
/// <param name="NeededBy">The first that needs it; <see langword="null"/> where nothing does.</param>
internal sealed record LargeItem(string Path, long Bytes, string? NeededBy);
