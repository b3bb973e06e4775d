namespace Firn.Python.Installation;

/// <summary>A file that a distribution's metadata lists.</summary>
/// <param name="Path">Where it is, relative to the installation root.</param>
/// <param name="BundlePath">Where it is in a virtual environment on POSIX, which is its path in a bundle.</param>
/// <param name="Role">What it is.</param>
/// <param name="Hash">As recorded, <c>sha256=DIGEST</c>; empty where none is.</param>
/// <param name="Size">As recorded, in bytes; -1 where none is.</param>
internal sealed record RecordedFile(string Path, string BundlePath, RecordedFileRole Role, string Hash, long Size);
