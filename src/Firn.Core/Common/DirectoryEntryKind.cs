namespace Firn.Common;

/// <summary>What a name in a folder stands for, links not followed.</summary>
internal enum DirectoryEntryKind
{
    /// <summary>A regular file, or something else that is no folder and no link.</summary>
    File,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A symbolic link, whatever it leads to.</summary>
    Link,
}
