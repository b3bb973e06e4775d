namespace Firn.Git;

/// <summary>Where HEAD leads.</summary>
/// <param name="Name">The last reference, for example <c>refs/heads/main</c>; <c>HEAD</c> itself if detached.</param>
/// <param name="Commit">The object id; <see langword="null"/> before the first commit, or where it is broken.</param>
/// <param name="IsBroken">Whether there may be a commit that could not be read.</param>
internal sealed record GitHead(string Name, string? Commit, bool IsBroken = false);
