namespace Firn.Restore.Caching;

/// <summary>A file of the cache is not what its list says.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="tag">The tag, where it is of a bundle's bytecode.</param>
internal sealed class CacheDamageException(string path, string? tag) : Exception($"{path} is damaged")
{
    public string Path { get; } = path;

    public string? Tag { get; } = tag;
}
