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
            File.Delete(full);
            RemoveEmptyFolders(Path.Join(store, StoreLayout.Temporary), Path.GetDirectoryName(full)!);
            return true;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            return false;
        }
    }

    private static void RemoveEmptyFolders(string top, string folder)
    {
        try
        {
            while (folder.Length > top.Length && folder.StartsWith(top, StringComparison.Ordinal))
            {
                Directory.Delete(folder);
                folder = Path.GetDirectoryName(folder)!;
            }
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            // Not empty yet.
        }
    }
}
