using Firn.Common;

namespace Firn.Storage;

/// <summary>Makes stores. Several processes that find none make one together.</summary>
internal static class StoreCreator
{
    public static StoreDescription OpenOrCreate(string path, TimeProvider clock, string? name)
    {
        var file = Path.Join(path, StoreLayout.Description);
        if (StoreDescriptionJson.ReadFile(file) is { } existing)
        {
            return existing;
        }

        RefuseOtherFolders(path);
        var description = new StoreDescription(
            Guid.NewGuid().ToString("D"), name ?? Path.GetFileName(path), clock.GetUtcNow());
        try
        {
            Create(path, file, description);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw new FirnException(
                $"cannot make the store {path}: {StoreFailure.Reason(exception)}",
                "name a folder that you may write to with --store or FIRN_STORE; without them the store is below XDG_DATA_HOME or HOME",
                innerException: exception);
        }

        return StoreDescriptionJson.ReadFile(file)
            ?? throw StoreFailure.OfReading(file, "it has gone");
    }

    private static void Create(string path, string file, StoreDescription description)
    {
        DurableNames.CreateFolders(path);
        using var staged = StagedFile.Create(path, "store");
        staged.Write(StoreDescriptionJson.Write(description));
        staged.Seal(durably: true);
        // Whoever comes second takes the store that is there.
        staged.TryPlace(file);
        AtomicFile.SynchronizeDirectory(path);
    }

    /// <summary>A folder with other things in it is somebody's, and never becomes a store by a slip of the hand.</summary>
    private static void RefuseOtherFolders(string path)
    {
        var entries = DirectoryReader.List(path, out var status);
        if (status == FileReadStatus.Missing && !File.Exists(path))
        {
            return;
        }

        if (status != FileReadStatus.Read)
        {
            throw StoreFailure.OfReading(path, File.Exists(path) ? "it is a file" : new FileContent(status, [], 0).Reason);
        }

        foreach (var entry in entries)
        {
            if (!StoreLayout.Names.Contains(entry.Name))
            {
                throw new FirnException(
                    $"the folder {path} is no store and not empty: it holds {entry.Name}",
                    "name an empty folder or one that does not exist",
                    ExitCodes.NoStore);
            }
        }
    }
}
