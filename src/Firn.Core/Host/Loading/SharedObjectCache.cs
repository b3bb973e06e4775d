using Firn.Common.Files;
using Firn.Host.Binaries;

namespace Firn.Host.Loading;

/// <summary>Opens ELF files, each once: the paths asked for and not found are remembered too.</summary>
internal sealed class SharedObjectCache(RealPathCache links)
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

/// <summary>An ELF file on the disk, as the loader would open it.</summary>
/// <param name="Path">The path with every link followed.</param>
/// <param name="Origin">The folder that <c>$ORIGIN</c> stands for, links followed.</param>
/// <param name="Image">What the file tells.</param>
internal sealed record SharedObject(string Path, string Origin, ElfImage Image)
{
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>
/// <see cref="RealPath"/> for many files of few folders: each folder's links are followed once.
/// </summary>
internal sealed class RealPathCache
{
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>The absolute path with every link followed; the path must be absolute and clean.</summary>
    public string Of(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? RealPath.Of(path) : Join(Folder(path[..slash]), path.AsSpan(slash + 1));
    }

    private string Folder(string folder)
    {
        var known = folder;
        var pending = new Stack<string>();
        string? real;
        while (!_folders.TryGetValue(known, out real))
        {
            pending.Push(known);
            var slash = known.LastIndexOf('/');
            if (slash <= 0)
            {
                real = "/";
                break;
            }

            known = known[..slash];
        }

        while (pending.TryPop(out var next))
        {
            real = Join(real, next.AsSpan(next.LastIndexOf('/') + 1));
            _folders[next] = real;
        }

        return real;
    }

    private static string Join(string realFolder, ReadOnlySpan<char> name)
    {
        var path = realFolder == "/" ? string.Concat("/", name) : string.Concat(realFolder, "/", name);
        return RealPath.LinkTarget(path) is null ? path : RealPath.Of(path);
    }
}
