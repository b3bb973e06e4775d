namespace Firn.Git;

/// <summary>Where a line of configuration comes from, in the order in which git reads them.</summary>
internal enum GitConfigScope
{
    /// <summary><c>/etc/gitconfig</c>.</summary>
    System,

    /// <summary>The user's files.</summary>
    Global,

    /// <summary>The repository's <c>config</c>.</summary>
    Local,

    /// <summary><c>config.worktree</c> of a linked work tree.</summary>
    Worktree,

    /// <summary>The environment: <c>GIT_CONFIG_COUNT</c> and its pairs.</summary>
    Command,
}
