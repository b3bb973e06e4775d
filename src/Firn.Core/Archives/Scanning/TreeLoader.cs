using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Common.Files;

namespace Firn.Archives.Scanning;

/// <summary>
/// Finds the files that an archive is about: without nested environments, repositories, and what is neither file nor
/// link.
/// </summary>
internal sealed class TreeLoader
{
    /// <summary>Why a pipe, a socket or a device is not archived.</summary>
    public const string IsNoFile = "it is neither a file nor a link";

    /// <summary>Why a file or a folder is not archived that is kept from whoever archives.</summary>
    public const string IsDenied = "it may not be read";

    private readonly List<TreeFile> _files;
    private readonly List<SkippedFile> _leftOut = [];
    private readonly Func<string, bool> _isExcluded;
    private readonly bool _isWhole;
    private readonly Dictionary<string, string?> _links;

    private TreeLoader(SourceScan scan)
    {
        _links = scan.Links;
        _files = [.. scan.Files];
        _isExcluded = scan.Source.IsExcluded;
        _isWhole = scan.Source.IsWhole;
    }

    /// <summary>The files in an order that depends on nothing but their paths, and what was passed over.</summary>
    public static LoadedTree Load(SourceScan scan)
    {
        var loader = new TreeLoader(scan);
        foreach (var folder in scan.Folders)
        {
            loader.Add(folder.Start, folder.Tree);
        }

        loader._leftOut.AddRange(scan.Outside);
        return new LoadedTree(InOrder(loader._files), loader._leftOut, scan.LinkedFolders);
    }

    private void Add(string start, ScannedTree tree)
    {
        foreach (var problem in tree.Problems)
        {
            _leftOut.Add(new SkippedFile(
                Path.Join(tree.Root, problem.Path),
                problem.Kind == ScanProblemKind.NameIsNoText ? "its name is not UTF-8" : IsDenied,
                _isWhole && !problem.Path.EndsWith("__pycache__", StringComparison.Ordinal)));
        }

        var others = OtherEnvironments(start, tree);
        foreach (var other in others)
        {
            _leftOut.Add(new SkippedFile(Path.Join(tree.Root, other), "it is another environment"));
        }

        _files.EnsureCapacity(_files.Count + tree.Entries.Count);
        foreach (var entry in tree.Entries)
        {
            if (others.Count == 0 || !IsBelow(entry.Path, others))
            {
                Take(start, tree.Root, entry);
            }
        }
    }

    private void Take(string start, string root, ScannedEntry entry)
    {
        var stat = entry.Stat;
        if (stat.IsRegularFile || stat.IsLink)
        {
            string? target = null;
            var path = start + entry.Path;
            if (!_isExcluded(path) && !(stat.IsLink && _links.TryGetValue(path, out target) && target is null))
            {
                _files.Add(new TreeFile(path, stat) { LinkTarget = target });
            }
        }
        else if (!stat.IsDirectory)
        {
            _leftOut.Add(new SkippedFile(Path.Join(root, entry.Path), IsNoFile));
        }
        else if (SourceScan.IsRepository(entry.Path))
        {
            _leftOut.Add(new SkippedFile(Path.Join(root, entry.Path), "it is a repository"));
        }
    }

    /// <summary>Folders below the scanned one that are environments of their own.</summary>
    private List<string> OtherEnvironments(string start, ScannedTree tree)
    {
        var others = new List<string>();
        foreach (var entry in tree.Entries)
        {
            var path = entry.Path;
            if ((path.EndsWith("/pyvenv.cfg", StringComparison.Ordinal) && entry.Stat.IsRegularFile)
                || (path.EndsWith("/conda-meta", StringComparison.Ordinal) && entry.Stat.IsDirectory))
            {
                var folder = path[..path.LastIndexOf('/')];
                if (!_isExcluded(start + folder) && !others.Contains(folder))
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

        HashSort.Sort(keys, items);
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

/// <summary>What belongs to an archive of the folders of a source.</summary>
/// <param name="Files">Regular files and links, each once.</param>
/// <param name="LeftOut">What was passed over and is to be named.</param>
/// <param name="LinkedFolders">Folders elsewhere that some of the files lie in.</param>
internal sealed record LoadedTree(
    List<TreeFile> Files, IReadOnlyList<SkippedFile> LeftOut, IReadOnlyList<LinkedFolder> LinkedFolders);

/// <summary>
/// Sorts files by numbers. The framework's own sort of two arrays is generic code that each process would have to compile
/// anew, and that took longer than to sort the files of a small environment. Never quadratic, whatever the numbers.
/// </summary>
internal static class HashSort
{
    /// <summary>Sorts both arrays by the keys; files of one key keep their order.</summary>
    public static void Sort(ulong[] keys, TreeFile[] files)
    {
        var (fromKeys, toKeys) = (keys, new ulong[keys.Length]);
        var (fromFiles, toFiles) = (files, new TreeFile[files.Length]);
        for (var width = 1; width < keys.Length; width *= 2)
        {
            for (var start = 0; start < keys.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, keys.Length);
                Merge(start, middle, Math.Min(middle + width, keys.Length));
            }

            (fromKeys, toKeys) = (toKeys, fromKeys);
            (fromFiles, toFiles) = (toFiles, fromFiles);
        }

        if (!ReferenceEquals(fromKeys, keys))
        {
            fromKeys.AsSpan().CopyTo(keys);
            Array.Copy(fromFiles, files, files.Length);
        }

        void Merge(int left, int right, int end)
        {
            var middle = right;
            for (var to = left; to < end; to++)
            {
                var from = left < middle && (right == end || fromKeys[left] <= fromKeys[right]) ? left++ : right++;
                toKeys[to] = fromKeys[from];
                toFiles[to] = fromFiles[from];
            }
        }
    }
}
