namespace Firn.Host;

/// <summary>A file in a process, with the one that caused it to be loaded.</summary>
internal sealed class LoadedObject(SharedObject file, LoadedObject? loader)
{
    public SharedObject File { get; } = file;

    public LoadedObject? Loader { get; } = loader;

    /// <summary>The folders searched for what it needs; set by the resolver when first wanted.</summary>
    public SearchFolders? Folders { get; set; }
}
