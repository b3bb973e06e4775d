namespace Firn.Git;

/// <summary>One object of a repository, whole.</summary>
internal sealed record GitObject(GitObjectKind Kind, byte[] Content)
{
    /// <summary>The kind as it stands before the content that is digested.</summary>
    public static string Word(GitObjectKind kind) => kind switch
    {
        GitObjectKind.Commit => "commit",
        GitObjectKind.Tree => "tree",
        GitObjectKind.Blob => "blob",
        _ => "tag",
    };
}
