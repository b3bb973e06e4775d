namespace Firn.Host;

/// <summary>Opens ELF files, each once: the paths asked for and not found are remembered too.</summary>
internal sealed class SharedObjectFiles(LinkFollower links)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ElfReader _reader = new();

    /// <summary>The file, or <see langword="null"/> where the loader could not open it.</summary>
    public SharedObject? Find(string path) => Open(path).Object;

    /// <summary>The file with the reason where it has no image.</summary>
    public Entry Open(string path)
    {
        if (_entries.TryGetValue(path, out var known))
        {
            return known;
        }

        var read = _reader.Read(path);
        var entry = new Entry(read, null);
        if (read.Image is not null)
        {
            var real = links.Of(path);
            entry = new Entry(read, new SharedObject(real, links.Of(Folder(path)), read.Image));
        }

        _entries[path] = entry;
        return entry;
    }

    private static string Folder(string path) => path[..Math.Max(1, path.LastIndexOf('/'))];

    /// <summary>What became of a path.</summary>
    internal sealed record Entry(ElfReadResult Result, SharedObject? Object);
}
