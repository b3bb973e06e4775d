namespace Firn.Host;

/// <summary>A folder that files were linked against, and where it is now.</summary>
/// <param name="OldFolder">The absolute path that run paths name, for example the prefix at capture.</param>
/// <param name="NewPlace">
/// The folder now: relative to the new prefix (empty is the prefix itself), then run paths become <c>$ORIGIN/...</c>; or
/// absolute, then they name it.
/// </param>
internal sealed record RunPathMove(string OldFolder, string NewPlace);
