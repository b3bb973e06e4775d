namespace Firn.Git;

/// <summary>How a file of the work tree compares with the index.</summary>
internal enum GitFileState
{
    /// <summary>It is what the index has.</summary>
    Same,

    /// <summary>It differs or is gone.</summary>
    Modified,

    /// <summary>Only git and a filter program could tell.</summary>
    Unknown,
}
