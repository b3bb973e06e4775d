namespace Firn.Conda.Archives;

/// <summary>What a member of a package's tar is; devices and pipes are refused.</summary>
internal enum ArchiveTarKind
{
    File,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>Another name of an earlier file.</summary>
    HardLink,

    Directory,
}
