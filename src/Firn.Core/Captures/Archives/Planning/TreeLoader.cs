using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Finds the files that an archive is about: without nested environments, repositories, and what is neither file nor
/// link.
/// </summary>
/// <param name="root">The prefix, absolute.</param>
/// <param name="cancellation">Stops the scan.</param>
internal sealed class TreeLoader(string root, CancellationToken cancellation)
{
    private readonly List<TreeFile> _files = [];
    private readonly List<LeftOutFile> _leftOut = [];

    /// <summary>What was passed over and is to be named.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut => _leftOut;

    /// <summary>The files in an order that depends on nothing but their paths.</summary>
    /// <param name="folders">Relative to the prefix; <c>""</c> alone is all of it. A file is taken too.</param>
    /// <param name="isExcluded">Names right below the prefix that are passed over.</param>
    public List<TreeFile> Load(IReadOnlyList<string> folders, Func<string, bool> isExcluded)
    {
        foreach (var folder in folders)
        {
            if (folder.Length == 0)
            {
                Scan(string.Empty, isExcluded);
            }
            else if (FileStatReader.TryRead(Path.Join(root, folder), out var stat))
            {
                if (stat.IsDirectory)
                {
                    Scan(folder + "/", static _ => false);
                }
                else if (stat.IsRegularFile || stat.IsLink)
                {
                    _files.Add(new TreeFile(folder, stat));
                }
            }
        }

        return InOrder(_files);
    }

    /// <summary>Names more that is passed over.</summary>
    public void LeaveOut(IEnumerable<LeftOutFile> files) => _leftOut.AddRange(files);

    private void Scan(string folder, Func<string, bool> isExcluded)
    {
        var tree = TreeScanner.Scan(
            Path.Join(root, folder),
            path => !IsRepository(path) && !(path.IndexOf('/') < 0 && isExcluded(path)),
            cancellation);
        foreach (var problem in tree.Problems)
        {
            _leftOut.Add(new LeftOutFile(
                Path.Join(root, folder, problem.Path),
                problem.Kind == ScanProblemKind.NameIsNoText ? "its name is not UTF-8" : "it may not be read"));
        }

        var others = OtherEnvironments(tree, isExcluded);
        foreach (var other in others)
        {
            _leftOut.Add(new LeftOutFile(Path.Join(root, folder, other), "it is another environment"));
        }

        _files.EnsureCapacity(_files.Count + tree.Entries.Count);
        foreach (var entry in tree.Entries)
        {
            if (others.Count == 0 || !IsBelow(entry.Path, others))
            {
                Take(folder, entry, isExcluded);
            }
        }
    }

    private void Take(string folder, ScannedEntry entry, Func<string, bool> isExcluded)
    {
        var stat = entry.Stat;
        if (stat.IsRegularFile || stat.IsLink)
        {
            if (folder.Length > 0 || entry.Path.Contains('/', StringComparison.Ordinal) || !isExcluded(entry.Path))
            {
                _files.Add(new TreeFile(folder.Length == 0 ? entry.Path : folder + entry.Path, stat));
            }
        }
        else if (!stat.IsDirectory)
        {
            _leftOut.Add(new LeftOutFile(
                Path.Join(root, folder, entry.Path), "it is neither a file nor a link"));
        }
        else if (IsRepository(entry.Path))
        {
            _leftOut.Add(new LeftOutFile(Path.Join(root, folder, entry.Path), "it is a repository"));
        }
    }

    /// <summary>Folders below the scanned one that are environments of their own.</summary>
    private static List<string> OtherEnvironments(ScannedTree tree, Func<string, bool> isExcluded)
    {
        var others = new List<string>();
        foreach (var entry in tree.Entries)
        {
            var path = entry.Path;
            if ((path.EndsWith("/pyvenv.cfg", StringComparison.Ordinal) && entry.Stat.IsRegularFile)
                || (path.EndsWith("/conda-meta", StringComparison.Ordinal) && entry.Stat.IsDirectory))
            {
                var folder = path[..path.LastIndexOf('/')];
                if (!isExcluded(folder) && !others.Contains(folder))
                {
                    others.Add(folder);
                }
            }
        }

        return others;
    }

    private static bool IsBelow(string path, List<string> folders)
    {
        foreach (var folder in folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && (path.Length == folder.Length || path[folder.Length] == '/'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRepository(string path) =>
        path.EndsWith(".git", StringComparison.Ordinal) && (path.Length == 4 || path[^5] == '/');

    /// <summary>
    /// Sorted by a hash of the path: the scan has no order, and to sort by the paths themselves takes as long as the scan.
    /// </summary>
    private static List<TreeFile> InOrder(List<TreeFile> files)
    {
        var keys = new ulong[files.Count];
        var items = files.ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = Hash(items[i].Path);
        }

        HashOrder.Sort(keys, items);
        return [.. items];
    }

    /// <summary>FNV-1a over the code units.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }
}
