namespace Firn.Git;

/// <summary>What the conditions in a configuration ask about.</summary>
/// <param name="GitDirectory">The folder of this work tree.</param>
/// <param name="CommonDirectory">The folder of the repository, the same but in a linked work tree.</param>
/// <param name="Branch">The short name of the branch; <see langword="null"/> on a detached head.</param>
internal sealed record GitConfigContext(string GitDirectory, string CommonDirectory, string? Branch);
