using System.Collections.Immutable;

namespace Firn.Git;

/// <summary>The state of a git work tree, as its files tell it.</summary>
public sealed record GitState
{
    /// <summary>The folder of the checked out files, absolute, links followed.</summary>
    public required string WorkTree { get; init; }

    /// <summary>The folder that was asked about, relative to <see cref="WorkTree"/>; <see langword="null"/> if it is the same.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The commit that is checked out; <see langword="null"/> before the first one, or where it cannot be read.</summary>
    public string? Commit { get; init; }

    /// <summary>The short name of the branch; <see langword="null"/> on a detached head.</summary>
    public string? Branch { get; init; }

    /// <summary>The URL of the remote <c>origin</c>, else of the first remote, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>
    /// Whether a tracked file differs from <see cref="Commit"/>: in the work tree, or staged. Files that git does not
    /// track do not count. <see langword="null"/> where only git itself could tell.
    /// </summary>
    public bool? IsDirty { get; init; }

    /// <summary>Whether the index differs from the commit; <see langword="null"/> where only git itself could tell.</summary>
    public bool? HasStagedChanges { get; init; }

    /// <summary>The tracked files that differ from the index, sorted, the first of them if there are very many.</summary>
    public ImmutableArray<string> ModifiedFiles { get; init; } = [];

    /// <summary>How many differ, also those that <see cref="ModifiedFiles"/> leaves out.</summary>
    public int ModifiedCount { get; init; }
}
