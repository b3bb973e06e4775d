namespace Firn.Benchmarks.Packages;

/// <summary>A file of a package, relative to site-packages.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record PackageFile(string Path, byte[] Content);
