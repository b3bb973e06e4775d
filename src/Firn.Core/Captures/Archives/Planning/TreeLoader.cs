using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Finds the files that an archive is about: without nested environments, repositories, and what is neither file nor
/// link.
/// </summary>
internal sealed class TreeLoader(CancellationToken cancellation)
{
    private const string NotUtf8 = "its name is not UTF-8";
    private readonly List<TreeFile> _files = [];
    private readonly List<LeftOutFile> _leftOut = [];

    /// <summary>What was passed over and is to be named.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut => _leftOut;

    /// <summary>Reads folders of a prefix.</summary>
    /// <param name="root">The prefix, absolute.</param>
    /// <param name="folders">Relative to it; <c>""</c> alone is all of it.</param>
    /// <param name="isExcluded">Names right below the prefix that are passed over.</param>
    public List<TreeFile> Load(string root, IReadOnlyList<string> folders, Func<string, bool> isExcluded)
    {
        foreach (var folder in folders)
        {
            if (folder.Length > 0 && FileStatReader.TryRead(Path.Join(root, folder), out var stat))
            {
                Take(root, folder, stat, isExcluded);
            }
            else if (folder.Length == 0)
            {
                Walk(root, string.Empty, isExcluded);
            }
        }

        _files.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return _files;
    }

    private void Walk(string root, string folder, Func<string, bool> isExcluded)
    {
        cancellation.ThrowIfCancellationRequested();
        var entries = DirectoryReader.List(Path.Join(root, folder), out _);
        if (folder.Length > 0 && IsOther(entries))
        {
            _leftOut.Add(new LeftOutFile(Path.Join(root, folder), "it is another environment"));
            return;
        }

        foreach (var entry in entries)
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (entry.Name.Contains('\ufffd', StringComparison.Ordinal))
            {
                _leftOut.Add(new LeftOutFile(Path.Join(root, path), NotUtf8));
            }
            else if ((folder.Length > 0 || !isExcluded(entry.Name))
                && FileStatReader.TryRead(Path.Join(root, path), out var stat))
            {
                Take(root, path, stat, isExcluded);
            }
        }
    }

    private void Take(string root, string path, FileStat stat, Func<string, bool> isExcluded)
    {
        if (stat.IsDirectory)
        {
            if (path == ".git" || path.EndsWith("/.git", StringComparison.Ordinal))
            {
                _leftOut.Add(new LeftOutFile(Path.Join(root, path), "it is a repository"));
            }
            else
            {
                Walk(root, path, isExcluded);
            }
        }
        else if (!(stat.IsRegularFile || stat.IsLink))
        {
            _leftOut.Add(new LeftOutFile(Path.Join(root, path), "it is neither a file nor a link"));
        }
        else
        {
            _files.Add(new TreeFile(path, stat));
        }
    }

    private static bool IsOther(IReadOnlyList<DirectoryEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry is { Name: "pyvenv.cfg", Kind: DirectoryEntryKind.File }
                or { Name: "conda-meta", Kind: DirectoryEntryKind.Directory })
            {
                return true;
            }
        }

        return false;
    }
}
