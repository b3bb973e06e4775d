using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>A folder of a source as it was scanned.</summary>
/// <param name="Start">What the paths of its files start with: empty, or the folder with a slash at the end.</param>
/// <param name="Tree">What is below it.</param>
internal sealed record ScannedSourceFolder(string Start, ScannedTree Tree);
