namespace Firn.Conda.Archives;

/// <summary>A path to link and what the archive has there.</summary>
/// <param name="Path">As the package lists it.</param>
/// <param name="Member">In the archive; <see langword="null"/> for a folder that the package only declares.</param>
internal sealed record LinkedPath(PackagePath Path, ArchiveMember? Member);
