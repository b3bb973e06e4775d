using Firn.Common;

namespace Firn.Storage.Collection;

/// <summary>Removes what killed processes left in <c>tmp</c>.</summary>
internal static class TemporaryFiles
{
    /// <param name="store">The store's folder.</param>
    /// <param name="path">The file, relative to it and below <c>tmp</c>.</param>
    /// <returns>Whether it is gone.</returns>
    public static bool TryRemove(string store, string path)
    {
        try
        {
            var full = Path.Join(store, path);
            StoreTree.Delete(store, full);
            var below = Path.Join(store, StoreLayout.Temporary) + Path.DirectorySeparatorChar;
            for (var folder = Path.GetDirectoryName(full)!; folder.StartsWith(below, StringComparison.Ordinal); folder = Path.GetDirectoryName(folder)!)
            {
                if (!StoreTree.DeleteEmptyFolder(store, folder))
                {
                    break;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
        {
            return false;
        }
    }
}
