namespace Firn.Common.Files;

/// <summary>Lists folders with what .NET has.</summary>
internal sealed class PortableFolderLister : FolderLister
{
    private readonly string _root;

    public PortableFolderLister(string root)
    {
        _root = root;
        if (!Directory.Exists(root))
        {
            throw new FirnException($"cannot list {root}: no such folder", "check the path");
        }
    }

    public override FolderLister ForThread() => new PortableFolderLister(_root);

    protected override void ListEntries(string folder, Func<string, bool>? enters, List<string> folders)
    {
        var full = folder.Length == 0 ? _root : Path.Join(_root, folder);
        var listed = DirectoryReader.List(full, out var status);
        if (status != FileReadStatus.Read)
        {
            Problems.Add(new ScanProblem(folder, ScanProblemKind.Unreadable));
        }

        foreach (var entry in listed)
        {
            var name = entry.Name;
            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            if (name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                Problems.Add(new ScanProblem(path, ScanProblemKind.NameIsNoText));
            }
            else if (FileStatReader.TryRead(Path.Join(_root, path), out var stat))
            {
                Add(path, stat, enters, folders);
            }
        }
    }
}
