namespace Firn.Captures.Archives.Planning;

/// <summary>A file whose text goes into the document.</summary>
/// <param name="Path">Relative to the prefix, as it will be restored.</param>
/// <param name="File">The file.</param>
/// <param name="Tree">The tree that it is in.</param>
internal sealed record PlannedText(string Path, TreeFile File, InstalledTree Tree);
