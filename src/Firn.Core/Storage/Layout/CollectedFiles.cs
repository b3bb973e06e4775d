using Firn.Common;
using Firn.Common.Files;

namespace Firn.Storage.Layout;

/// <summary>
/// What a collection has moved into its folder of <c>tmp</c> and not yet removed: it works just now, or was killed. A
/// record that came meanwhile may need such a file, so whoever misses one looks here before it counts as lost.
/// </summary>
internal static class CollectedFiles
{
    /// <summary>Where a file lies now that is missing from its place.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="path">Its place, absolute.</param>
    /// <returns>An absolute path; <see langword="null"/> where no collection has it either.</returns>
    public static string? Find(string store, string path)
    {
        var relative = Path.GetRelativePath(store, path);
        var temporary = Path.Join(store, StoreLayout.Temporary);
        foreach (var folder in StoreTree.List(store, temporary, out _))
        {
            var aside = Path.Join(temporary, folder.Name, relative);
            if (folder.Name.StartsWith(CollectedFolder.NameStart, StringComparison.Ordinal) && StoreTree.HasFile(store, aside))
            {
                return aside;
            }
        }

        return null;
    }

    /// <summary>The path to read a file at: its place, or where a collection has put it.</summary>
    /// <exception cref="FirnException">It is a link, or one is on the way, or it is a pipe or the like.</exception>
    public static string ToRead(string store, string path)
    {
        StoreTree.MustBeWithin(store, path);
        return !FileStatReader.TryRead(path, out var stat) ? Find(store, path) ?? path
            : stat.IsRegularFile ? path
            : throw (stat.IsLink ? StoreFailure.Linked(path) : StoreFailure.Damaged(path, "it is not a regular file"));
    }

    /// <summary>Puts a file back into its place. A collection that works just now sees that, and leaves it there.</summary>
    /// <returns>Whether it is in its place.</returns>
    public static bool TryPutBack(string store, string path) =>
        Find(store, path) is { } aside && (TryMove(store, aside, path) || FileStatReader.TryRead(path, out _));

    /// <summary>Puts one file back, or drops it where the same is in its place again.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="aside">Where it lies.</param>
    /// <param name="place">Where it belongs.</param>
    /// <returns>Whether it was this file that was put there.</returns>
    public static bool TryMove(string store, string aside, string place)
    {
        try
        {
            StoreTree.MakeFolder(store, Path.GetDirectoryName(place)!);
            var isTaken = StoreTree.TryTake(store, aside, place);
            // Where names are taken by links the file has two now.
            StoreTree.Delete(store, aside);
            return isTaken;
        }
        catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
        {
            // It stays where a check finds it, and says how to get it back.
            return false;
        }
    }
}

/// <summary>The folder in <c>tmp</c> into which a collection moves what it is about to remove.</summary>
internal static class CollectedFolder
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
