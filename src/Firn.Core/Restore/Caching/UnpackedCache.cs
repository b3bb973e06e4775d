using Firn.Common;
using Firn.Common.Files;
using Firn.Restore.Writing;

namespace Firn.Restore.Caching;

/// <summary>
/// The user's cache of unpacked bundles, from which restored prefixes take their files by hard link or clone. Everything
/// in it can be made again from a store.
/// </summary>
internal sealed class UnpackedCache
{
    /// <summary>The folder of a bundle's files.</summary>
    public const string Files = "files";

    /// <summary>The list of them.</summary>
    public const string Listing = "listing";

    /// <summary>The longest list that is read.</summary>
    public const int ListingLimit = 512 * 1024 * 1024;

    private const int DigitsOfBytecode = 16;

    private UnpackedCache(string folder) => Folder = folder;

    /// <summary>The folder that holds the bundles, absolute.</summary>
    public string Folder { get; }

    /// <summary>The cache, which is made where there is none.</summary>
    /// <param name="systemContext">Variables and home.</param>
    /// <param name="obstacle">Why it cannot be used, where it cannot.</param>
    public static UnpackedCache? Open(SystemContext systemContext, out string? obstacle)
    {
        var cache = new UnpackedCache(CacheFolder.Of(systemContext, "bundles"));
        obstacle = null;
        try
        {
            Directory.CreateDirectory(cache.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            obstacle = $"the cache {cache.Folder} cannot be made: {exception.Message.TrimEnd('.')}";
            return null;
        }

        // Whoever owns a linked file can change what is in the environment, and fs.protected_hardlinks forbids it anyway.
        if (FileStatReader.TryRead(cache.Folder, out var stat) && FileStatReader.EffectiveUser() is { } user && stat.User != user)
        {
            obstacle = $"the cache {cache.Folder} belongs to another user";
            return null;
        }

        return cache;
    }

    /// <summary>The folder of bytecode: of one bundle another archive may mean other bytecode, so each has one of its own.</summary>
    public static string BytecodeFolder(string tag, Sha256Digest bytecode) => $"{tag}-{bytecode.Hex[..DigitsOfBytecode]}";

    /// <summary>The tag of a folder of bytecode.</summary>
    public static string TagOf(string folder) => folder[..folder.LastIndexOf('-')];

    /// <summary>The folder of a bundle, of its bytecode, or of its relocated files.</summary>
    public string FolderOf(Sha256Digest bundle, string? tag) =>
        Path.Join(Folder, tag is null ? bundle.Hex : $"{bundle.Hex}-{tag}");

    /// <summary>The list of an unpacked bundle; <see langword="null"/> where it is not in the cache, or its list is damaged.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="tag">The tag, where it is bytecode or relocated.</param>
    /// <param name="buffer">Memory for the list, which is valid until the next one is read into it.</param>
    public ListingReader? ReadListing(Sha256Digest bundle, string? tag, ReusableBuffer? buffer = null)
    {
        var content = BoundedFile.Read(Path.Join(FolderOf(bundle, tag), Listing), ListingLimit, buffer);
        return content.IsComplete ? ListingReader.TryOpen(content.Memory) : null;
    }

    /// <summary>Takes a damaged bundle out of the cache.</summary>
    public void Remove(Sha256Digest bundle, string? tag) => TreeRemoval.TryRemove(FolderOf(bundle, tag));
}
