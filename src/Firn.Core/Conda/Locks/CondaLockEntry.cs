namespace Firn.Conda.Locks;

/// <summary>One package of a conda-lock.yml: of conda or of pip.</summary>
/// <param name="Platform">The platform it is for.</param>
/// <param name="Category">The group it belongs to.</param>
/// <param name="Conda">The package, where conda installs it.</param>
/// <param name="Pip">The package, where pip does.</param>
internal sealed record CondaLockEntry(string Platform, string Category, LockedCondaPackage? Conda, LockedPipPackage? Pip);
