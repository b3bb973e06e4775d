namespace Firn.Conda.Linking;

/// <summary>Two packages that want to have the same place.</summary>
/// <param name="Kind">What is in the way.</param>
/// <param name="Path">The path of the one that gives way, relative to the prefix.</param>
/// <param name="Winner">The package that has the place.</param>
/// <param name="WinnerPath">Its path: the same one, one above or below, or one that differs by case.</param>
/// <param name="Loser">The package that gives way; for names that differ by case only both are there.</param>
internal sealed record CondaLinkConflict(
    CondaLinkConflictKind Kind, string Path, string Winner, string WinnerPath, string Loser);
