namespace Firn.Common.Tar;

/// <summary>What a member of a tar is; there are no others.</summary>
internal enum TarEntryKind
{
    /// <summary>A regular file, type flag 0.</summary>
    File,

    /// <summary>A symbolic link, type flag 2.</summary>
    Link,

    /// <summary>A folder, type flag 5.</summary>
    Directory,
}
