namespace Firn.Captures.Archives;

/// <summary>A file that was not archived.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsMissed">Whether the environment reads it there, so that what a restore makes lacks something.</param>
internal sealed record LeftOutFile(string Path, string Reason, bool IsMissed = false);
