namespace Firn.Captures.Archives.Planning;

/// <summary>A folder on <c>sys.path</c> outside of the prefix.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="OnlyPackages">Whether only files that packages own are archived from it.</param>
internal sealed record SiteFolder(string Path, bool OnlyPackages);
