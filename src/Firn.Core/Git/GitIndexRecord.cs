namespace Firn.Git;

/// <summary>An entry of an index that is written, without what the file system said of the file.</summary>
internal sealed record GitIndexRecord
{
    /// <summary>The path's bytes, relative to the work tree.</summary>
    public required byte[] Path { get; init; }

    public required uint Mode { get; init; }

    public required byte[] Id { get; init; }

    /// <summary>0, or which version of a merge.</summary>
    public int Stage { get; init; }

    public bool IsAssumedUnchanged { get; init; }

    /// <summary>Whether the file is not checked out, and so never counts as deleted.</summary>
    public bool IsSkipped { get; init; }

    public bool IsIntentToAdd { get; init; }
}
