namespace Firn.Common.Files;

/// <summary>Lists one folder after the other for one thread.</summary>
internal abstract class FolderLister : IDisposable
{
    private readonly FolderHasher _hasher = new();

    /// <summary>The folders that were listed so far.</summary>
    public List<ScannedFolder> Folders { get; } = [];

    /// <summary>What was found so far.</summary>
    public List<ScannedEntry> Entries { get; } = [];

    /// <summary>What was passed over so far.</summary>
    public List<ScanProblem> Problems { get; } = [];

    /// <summary>How many entries it takes before it gives up.</summary>
    public int Most { get; set; } = int.MaxValue;

    /// <exception cref="FirnException">There is no such folder, or it may not be read.</exception>
    public static FolderLister Open(string root) =>
        OperatingSystem.IsLinux() ? LinuxFolderLister.OpenRoot(root) : new PortableFolderLister(root);

    /// <summary>Another one for the same root, which stays valid as long as this one.</summary>
    public abstract FolderLister ForThread();

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">Relative to the root; empty for the root itself.</param>
    /// <param name="enters">Whether to look into a folder.</param>
    /// <param name="folders">Gets the folders in it that are to be listed.</param>
    public void List(string folder, Func<string, bool>? enters, List<string> folders)
    {
        ListEntries(folder, enters, folders);
        Folders.Add(_hasher.Finish(folder));
    }

    public virtual void Dispose() => _hasher.Dispose();

    protected abstract void ListEntries(string folder, Func<string, bool>? enters, List<string> folders);

    protected void Add(string path, in FileStat stat, Func<string, bool>? enters, List<string> folders)
    {
        var entry = new ScannedEntry(path, stat);
        _hasher.Add(entry.Name, stat);
        Entries.Add(entry);
        if (Entries.Count > Most)
        {
            throw new FirnException(FormattableString.Invariant($"there are more than {Most:N0} files"), "name a smaller folder");
        }

        if (stat.IsDirectory && (enters is null || enters(path)))
        {
            folders.Add(path);
        }
    }
}
