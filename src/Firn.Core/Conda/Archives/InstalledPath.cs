namespace Firn.Conda.Archives;

/// <summary>A path to link and where it goes.</summary>
/// <param name="Path">In the prefix.</param>
/// <param name="Source">In the package.</param>
internal sealed record InstalledPath(string Path, LinkedPath Source);
