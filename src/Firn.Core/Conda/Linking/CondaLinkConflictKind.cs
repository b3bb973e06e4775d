namespace Firn.Conda.Linking;

/// <summary>How packages get into each other's way.</summary>
internal enum CondaLinkConflictKind
{
    /// <summary>Both have the path with other contents: the later package's stays.</summary>
    SamePath,

    /// <summary>One has a file or link where the other has a folder: the folder stays.</summary>
    FileAndFolder,

    /// <summary>The names differ by case only: both are there, but not on macOS's file systems.</summary>
    CaseOnly,
}
