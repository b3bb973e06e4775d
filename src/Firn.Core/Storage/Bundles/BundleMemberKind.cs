namespace Firn.Storage.Bundles;

/// <summary>What a member of a bundle is.</summary>
internal enum BundleMemberKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A folder that a package declares and leaves empty.</summary>
    Directory,
}
