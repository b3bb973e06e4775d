namespace Firn.Storage;

/// <summary>The folder in <c>tmp</c> into which a collection moves what it is about to remove.</summary>
internal static class CollectionFolder
{
    /// <summary>How the names of such folders start.</summary>
    public const string NameStart = "gc-";

    /// <summary>How the paths in such folders start, relative to the store.</summary>
    public const string Start = StoreLayout.Temporary + "/" + NameStart;

    /// <summary>The path of a new folder, relative to the store.</summary>
    public static string NewPath() => $"{Start}{Guid.NewGuid():N}";

    /// <summary>Where a file in such a folder came from, relative to the store; <see langword="null"/> for another path.</summary>
    public static string? OriginOf(string path)
    {
        if (!path.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        var end = path.IndexOf('/', Start.Length);
        return end < 0 ? null : path[(end + 1)..];
    }
}
