namespace Firn.Git;

/// <summary>Where a repository lies; absolute paths.</summary>
/// <param name="WorkTree">The folder of the checked out files, links followed.</param>
/// <param name="GitDirectory">What git keeps for this work tree.</param>
/// <param name="CommonDirectory">What it keeps for all work trees of the repository.</param>
/// <param name="PointerFile">The file <c>.git</c>, where it is one.</param>
internal sealed record GitLocation(
    string WorkTree, string GitDirectory, string CommonDirectory, string? PointerFile);
