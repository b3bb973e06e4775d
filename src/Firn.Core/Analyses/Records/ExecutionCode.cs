using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>The code of a run.</summary>
internal sealed record ExecutionCode
{
    /// <summary>The commit that was checked out; <see langword="null"/> without a repository or before its first commit.</summary>
    public string? Commit { get; init; }

    /// <summary>The remote's URL, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>The project's folder relative to the repository's work tree; <c>.</c> where it is the same.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Of the paths and contents of all source files of the project, committed or not: what tells one code from another.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Whether <c>code.patch</c> among the run's files has what was not committed.</summary>
    public bool HasPatch { get; init; }

    /// <summary>The untracked source files, kept as <c>code/PATH</c>; relative to the project's folder.</summary>
    public ImmutableArray<string> Untracked { get; init; } = [];

    /// <summary>Untracked files that were too large to keep.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>Files that are no code, since they may hold passwords or tokens: neither kept nor part of the patch.</summary>
    public ImmutableArray<string> Secret { get; init; } = [];
}
