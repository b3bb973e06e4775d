namespace Firn.Python.Locks;

/// <summary>A package's repository, folder or archive in a pylock.toml.</summary>
internal sealed record PylockSource
{
    /// <summary>Vcs, Directory, Editable or SourceArchive; Wheel where the archive is one.</summary>
    public required LockedSourceKind Kind { get; init; }

    /// <summary>The URL, with <c>git+</c> before it for a repository; of a path its <c>file:</c> URL.</summary>
    public required string Url { get; init; }

    /// <summary>The commit of a repository.</summary>
    public string? CommitId { get; init; }

    /// <summary>What was asked for when the lock was made, for example a branch.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The part of the tree that is the project.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The archive as a file.</summary>
    public Indexes.IndexFile? File { get; init; }
}
