namespace Firn.Conda.Linking;

/// <summary>What a package puts at a path.</summary>
internal enum CondaLinkTargetKind
{
    File,
    Link,
    Directory,
}
