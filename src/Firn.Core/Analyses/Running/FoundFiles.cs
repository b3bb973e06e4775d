namespace Firn.Analyses.Running;

/// <summary>What a list of paths and globs means at one moment.</summary>
/// <param name="Paths">The files, relative to the project's folder or absolute outside of it, sorted, each once.</param>
/// <param name="Missing">The patterns that nothing was found for.</param>
/// <param name="Unreadable">Folders that could not be looked into.</param>
/// <param name="Links">Links to folders or nowhere that a pattern means, named like <paramref name="Paths"/>: they are no files.</param>
internal sealed record FoundFiles(
    IReadOnlyList<string> Paths, IReadOnlyList<string> Missing, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Links);
