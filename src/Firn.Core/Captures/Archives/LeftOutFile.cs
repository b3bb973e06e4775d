namespace Firn.Captures.Archives;

/// <summary>A file that was not archived.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Reason">Why.</param>
internal sealed record LeftOutFile(string Path, string Reason);
