using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Bundles;
using Firn.Storage.Layout;
using Firn.Storage.Objects;
using Firn.Storage.Records;

namespace Firn.Storage;

/// <summary>
/// A folder that keeps files, bundles and records for good (docs/formats/store.md). It is cheap to open, and nothing is
/// locked: any number of processes may read and write it at once.
/// </summary>
internal sealed class Store
{
    private readonly StoreLeases _leases;

    private readonly RunProject? _project;

    private Store(string path, StoreDescription description, RunProject? project = null)
    {
        Path = path;
        _project = project;
        Description = description;
        _leases = new StoreLeases(path);
        Files = new FileObjects(path, _leases);
        Bundles = new BundleObjects(path);
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    public StoreDescription Description { get; }

    public FileObjects Files { get; }

    public BundleObjects Bundles { get; }

    /// <summary>Opens a store.</summary>
    /// <param name="path">Its folder, absolute.</param>
    /// <exception cref="FirnException">There is no store, it cannot be read, or its format is newer.</exception>
    public static Store Open(string path)
    {
        var description = StoreDescriptionJson.ReadFile(System.IO.Path.Join(path, StoreLayout.Description));
        return description is not null
            ? new Store(path, description)
            : throw new FirnException(
                Directory.Exists(path) ? $"the folder {path} is not a store" : $"there is no store at {path}",
                $"`firn store init {path}` makes one; {RequestSetting.Store:DIR} or FIRN_STORE names another",
                FailureKind.NoStore);
    }

    /// <summary>Opens a store, and makes it first where there is none.</summary>
    /// <param name="path">Its folder, absolute.</param>
    /// <param name="clock">Tells when it was made.</param>
    /// <param name="name">A name for a new store; else the folder's.</param>
    /// <exception cref="FirnException">It can be neither opened nor made, or the folder holds something else.</exception>
    public static Store OpenOrCreate(string path, TimeProvider clock, string? name = null) =>
        new(path, StoreCreator.OpenOrCreate(path, clock, name));

    /// <summary>
    /// The same store as a project sees it: with the runs of the project, and those of none, where no number is named. For
    /// commands that show runs or hand them out, never for those that collect or check.
    /// </summary>
    public Store InProject(RunProject? project) => project is null ? this : new Store(Path, Description, project);

    /// <summary>The records of an analysis.</summary>
    /// <exception cref="FirnException">A name cannot be kept as a file name.</exception>
    public RecordChain Analysis(string subject, string name) => new(
        Path,
        System.IO.Path.Join(Path, StoreLayout.Analyses, NameEncoding.Encode(subject), NameEncoding.Encode(name)),
        _leases);

    /// <summary>The runs of an analysis, read and checked.</summary>
    /// <exception cref="FirnException">A name cannot be kept as a file name.</exception>
    public AnalysisRuns Runs(string subject, string name) => new(Analysis(subject, name), subject, name, _project);

    /// <summary>The archives of an environment, read and checked.</summary>
    /// <exception cref="FirnException">It is not an environment id.</exception>
    public EnvironmentArchives Archives(string environmentId) => new(Environment(environmentId), environmentId);

    /// <summary>The records of an environment's archives.</summary>
    /// <param name="environmentId">For example <c>firn1:sha256:...</c>.</param>
    /// <exception cref="FirnException">It is not an environment id.</exception>
    public RecordChain Environment(string environmentId)
    {
        var hex = EnvironmentIdText.Hex(environmentId);
        return new(Path, System.IO.Path.Join(Path, StoreLayout.Environments, hex[..2], hex), _leases);
    }
}

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
                $"cannot make the store {path}: {Errno.Reason(exception)}",
                $"name a folder that you may write to with {RequestSetting.Store} or FIRN_STORE; without them the store is below XDG_DATA_HOME or HOME",
                innerException: exception);
        }

        return StoreDescriptionJson.ReadFile(file)
            ?? throw StoreFailure.OfReading(file, "it has gone");
    }

    private static void Create(string path, string file, StoreDescription description)
    {
        Fsync.CreateFolders(path);
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
                    $"the folder {path} is not a store and not empty: it holds {entry.Name}",
                    "name an empty folder or one that does not exist",
                    FailureKind.NoStore);
            }
        }
    }
}
