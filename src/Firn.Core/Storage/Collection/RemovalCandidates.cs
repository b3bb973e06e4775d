using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Collection;

/// <summary>
/// Files on their way out: moved into a folder of <c>tmp</c>, so that writers find them missing, looked at once more,
/// and then removed or put back.
/// </summary>
/// <param name="store">The store's folder.</param>
internal sealed class RemovalCandidates(string store)
{
    private readonly string _folder = CollectedFolder.NewPath();
    private readonly List<string> _moved = [];

    /// <summary>What could not be moved or removed.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Moves a file away.</summary>
    public bool TryMove(ContentFile file)
    {
        var target = Path.Join(store, _folder, file.Path);
        try
        {
            StoreTree.MakeFolder(store, Path.GetDirectoryName(target)!);
            var error = StoreTree.Rename(store, Path.Join(store, file.Path), target);
            if (error == Errno.NoEntry)
            {
                return false;
            }

            if (error != 0)
            {
                throw FileNames.Failure(error);
            }

            _moved.Add(file.Path);
            return true;
        }
        catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
        {
            Failures.Add($"cannot remove {file.Path}: {exception.Message.TrimEnd('.')}");
            return false;
        }
    }

    /// <summary>What the file system says of a file that was moved away, which tells whether somebody has refreshed it.</summary>
    public ContentFile? Find(ContentFile file) =>
        FileStatReader.TryRead(Path.Join(store, _folder, file.Path), out var stat) ? file with { Stat = stat } : null;

    /// <summary>Puts a file back, unless a writer has put the same there again.</summary>
    public void PutBack(ContentFile file)
    {
        PutBack(store, _folder, file.Path);
        _moved.Remove(file.Path);
    }

    /// <summary>Puts everything back that is still moved away.</summary>
    public void PutAllBack()
    {
        foreach (var path in _moved)
        {
            PutBack(store, _folder, path);
        }

        _moved.Clear();
        RemoveFolder();
    }

    /// <summary>Removes a file for good.</summary>
    public bool TryRemove(ContentFile file)
    {
        try
        {
            StoreTree.Delete(store, Path.Join(store, _folder, file.Path));
            _moved.Remove(file.Path);
            return true;
        }
        catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
        {
            Failures.Add($"cannot remove {file.Path}: {exception.Message.TrimEnd('.')}");
            return false;
        }
    }

    /// <summary>Puts back what collections that were killed had moved away.</summary>
    /// <returns>How many files are back.</returns>
    public static int PutBackUnfinished(string store, IEnumerable<ContentFile> temporaries)
    {
        var count = 0;
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in temporaries)
        {
            if (CollectedFolder.OriginOf(file.Path) is { } origin)
            {
                var folder = file.Path[..^(origin.Length + 1)];
                folders.Add(folder);
                count += PutBack(store, folder, origin) ? 1 : 0;
            }
        }

        foreach (var folder in folders)
        {
            StoreTree.DeleteEmptyFolders(store, Path.Join(store, folder));
        }

        return count;
    }

    private static bool PutBack(string store, string folder, string path) =>
        CollectedFiles.TryMove(store, Path.Join(store, folder, path), Path.Join(store, path));

    /// <summary>Removes the folder that the files were moved into; it is empty.</summary>
    public void RemoveFolder() => StoreTree.DeleteEmptyFolders(store, Path.Join(store, _folder));
}

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
