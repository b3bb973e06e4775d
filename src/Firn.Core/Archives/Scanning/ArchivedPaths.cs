using Firn.Archives.Plans;
using Firn.Common.Files;

namespace Firn.Archives.Scanning;

/// <summary>Tells which places an archive of a scanned source will have, so that links to them can stay links.</summary>
/// <param name="scan">The scan.</param>
internal sealed class ArchivedPaths(SourceScan scan)
{
    private readonly TreeSource _source = scan.Source;
    private readonly string _realRoot = RealPath.Of(scan.Source.Root);
    private readonly Dictionary<string, bool> _environments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _linkedFolders = new(StringComparer.Ordinal);
    private HashSet<string>? _folders;

    /// <summary>Takes a folder that a link leads to.</summary>
    public void Add(LinkedFolder linked) => _linkedFolders.TryAdd(linked.Folder, linked.Path);

    /// <summary>Whether a path lies below a name that the source passes over.</summary>
    public bool IsExcluded(string path) =>
        _source.Folders is [""] && _source.IsExcluded(path.Split('/', 2)[0]);

    /// <summary>Whether the text alone tells that a link leads to something in a scanned folder: the file system need not be asked.</summary>
    public bool StaysAmongFolders(string path, string text)
    {
        var folder = path.AsSpan(0, Math.Max(path.LastIndexOf('/'), 0));
        var rest = text.AsSpan();
        while (rest.StartsWith("../", StringComparison.Ordinal) && folder.Length > 0)
        {
            folder = folder[..Math.Max(folder.LastIndexOf('/'), 0)];
            rest = rest[3..];
        }

        if (rest.IsEmpty || rest[0] == '/' || rest[^1] is '/' or '.' || rest.IndexOf("..", StringComparison.Ordinal) >= 0)
        {
            return false;
        }

        var target = folder.IsEmpty ? rest.ToString() : $"{folder}/{rest}";
        var slash = target.LastIndexOf('/');
        return slash > 0 && Folders().Contains(target[..slash]) && !IsInOtherEnvironment(target);
    }

    /// <summary>The scanned folders.</summary>
    private HashSet<string> Folders()
    {
        if (_folders is not null)
        {
            return _folders;
        }

        _folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in scan.Folders)
        {
            foreach (var below in folder.Tree.Folders)
            {
                _folders.Add(below.Path.Length == 0 ? folder.Start.TrimEnd('/') : folder.Start + below.Path);
            }
        }

        return _folders;
    }

    /// <summary>
    /// The path in the tree of an absolute one, if the archive will have it; empty for the root.
    /// </summary>
    /// <param name="absolute">The path.</param>
    /// <param name="isPlain">Whether it lies in the tree itself, not behind a link.</param>
    public string? Find(string absolute, out bool isPlain)
    {
        isPlain = false;
        for (var end = absolute.Length; _linkedFolders.Count > 0 && end > 0; end = absolute.LastIndexOf('/', end - 1))
        {
            if (_linkedFolders.TryGetValue(absolute[..end], out var linked))
            {
                return IsArchived(linked + absolute[end..]) ? linked + absolute[end..] : null;
            }
        }

        isPlain = true;
        var root = RealPath.IsWithin(absolute, _realRoot) ? _realRoot : RealPath.IsWithin(absolute, _source.Root) ? _source.Root : null;
        return root is null ? null
            : absolute.Length == root.Length ? string.Empty
            : IsArchived(absolute[(root.Length + 1)..]) ? absolute[(root.Length + 1)..] : null;
    }

    private bool IsArchived(string path)
    {
        if (IsExcluded(path) || Array.IndexOf(path.Split('/'), ".git") >= 0 || IsInOtherEnvironment(path))
        {
            return false;
        }

        foreach (var folder in _source.Folders)
        {
            if (folder.Length == 0 || path == folder
                || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a folder on the way is an environment of its own, which the archive leaves out.</summary>
    public bool IsInOtherEnvironment(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (!_environments.TryGetValue(folder, out var isEnvironment))
            {
                isEnvironment = IsEnvironment(Path.Join(_source.Root, folder));
                _environments.Add(folder, isEnvironment);
            }

            if (isEnvironment)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a folder is an environment.</summary>
    public static bool IsEnvironment(string folder) =>
        (FileStatReader.TryRead(Path.Join(folder, "pyvenv.cfg"), out var stat) && stat.IsRegularFile)
        || (FileStatReader.TryRead(Path.Join(folder, "conda-meta"), out stat) && stat.IsDirectory);
}
