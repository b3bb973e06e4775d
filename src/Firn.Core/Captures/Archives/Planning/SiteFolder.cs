namespace Firn.Captures.Archives.Planning;

/// <summary>A folder on <c>sys.path</c> outside of the prefix, whose packages are restored into the environment's own.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="OnlyPackages">Whether only files that packages own are archived from it.</param>
/// <param name="IsAdded">Whether a <c>.pth</c> file or PYTHONPATH added it: Python reads no <c>.pth</c> files there.</param>
internal sealed record SiteFolder(string Path, bool OnlyPackages, bool IsAdded);
