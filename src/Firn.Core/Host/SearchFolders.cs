namespace Firn.Host;

/// <summary>The folders that are searched before the cache, and a text that is equal for equal lists.</summary>
internal sealed class SearchFolders(string[] folders)
{
    public string[] Folders { get; } = folders;

    public string Key { get; } = string.Join(':', folders);
}
