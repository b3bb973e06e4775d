namespace Firn.Common.Files;

/// <summary>Something in a tree that was passed over.</summary>
/// <param name="Path">Relative to the root; bytes that are no UTF-8 are replaced by U+FFFD.</param>
/// <param name="Kind">Why.</param>
internal sealed record ScanProblem(string Path, ScanProblemKind Kind);
