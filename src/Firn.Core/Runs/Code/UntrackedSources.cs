using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Projects;

namespace Firn.Runs.Code;

/// <summary>
/// Finds the source files of a project that git does not have and does not ignore. Environments, caches, and what is too
/// large are none.
/// </summary>
internal sealed class UntrackedSources(
    string folder,
    GitRepository? repository,
    SystemContext systemContext,
    IReadOnlyList<FilePattern> data,
    ProjectSecrets secrets,
    CodeContents contents,
    CodeFileList tree)
{
    private const int MaxFileBytes = 10 * 1024 * 1024;
    private const long MaxBytes = 100 * 1024 * 1024;
    private const int MaxFiles = 20_000;
    private readonly GitIgnore? _ignore = repository is null ? null : new GitIgnore(repository, systemContext);
    private readonly List<UntrackedFile> _kept = [];
    private readonly List<string> _leftOut = [];
    private readonly List<string> _secret = [];
    private long _bytes;
    private int _seen;

    /// <summary>Sorted by their names.</summary>
    public IReadOnlyList<UntrackedFile> Kept => _kept;

    /// <summary>Those that were too large or too many, relative to the project's folder.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Those that may hold secrets, relative to the project's folder.</summary>
    public IReadOnlyList<string> Secret => _secret;

    /// <summary>Reads them: those that are named, or all in the folder.</summary>
    public void Take(IReadOnlyList<string>? named, CancellationToken cancellation)
    {
        if (named is null)
        {
            TakeFolder(string.Empty, cancellation);
        }
        else
        {
            TakeNamed(named);
        }

        _kept.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        _leftOut.Sort(StringComparer.Ordinal);
    }

    private void TakeNamed(IReadOnlyList<string> named)
    {
        foreach (var argument in named)
        {
            if (argument.Length == 0 || argument.Contains('\0', StringComparison.Ordinal))
            {
                continue;
            }

            var path = Path.GetFullPath(argument, folder);
            var name = FileFinder.NameOf(path, folder);
            if (name != path && !contents.IsData(name, data) && _kept.TrueForAll(file => file.Name != name))
            {
                TakeFile(name);
            }
        }
    }

    private void TakeFolder(string start, CancellationToken cancellation)
    {
        var pending = new Stack<string>();
        pending.Push(start);
        while (pending.Count > 0 && _seen < MaxFiles)
        {
            cancellation.ThrowIfCancellationRequested();
            var inner = pending.Pop();
            foreach (var entry in DirectoryReader.List(Path.Join(folder, inner), out _))
            {
                var name = inner.Length == 0 ? entry.Name : $"{inner}/{entry.Name}";
                var isFolder = entry.Kind == DirectoryEntryKind.Directory;
                if (IsNoSource(entry.Name, name, isFolder) || contents.IsData(name, data))
                {
                    continue;
                }

                if (isFolder)
                {
                    pending.Push(name);
                }
                else
                {
                    TakeFile(name);
                }
            }
        }
    }

    private bool IsNoSource(string entry, string name, bool isFolder)
    {
        if (entry is Project.StateFolder or ".git" or "__pycache__" || entry.EndsWith(".pyc", StringComparison.Ordinal))
        {
            return true;
        }

        var path = Path.Join(folder, name);
        if (isFolder && (File.Exists(Path.Join(path, "pyvenv.cfg")) || Directory.Exists(Path.Join(path, "conda-meta"))
            || Path.Exists(Path.Join(path, ".git")) || File.Exists(Path.Join(path, Firn.Storage.Layout.StoreLayout.Description))))
        {
            return true;
        }

        var inTree = contents.WithinWorkTree + name;
        return _ignore is null
            ? entry.StartsWith('.') && (isFolder || !secrets.Contains(name))
            : (!isFolder && contents.Tracked.Contains(inTree)) || _ignore.IsIgnored(inTree, isFolder);
    }

    private void TakeFile(string name)
    {
        var path = Path.Join(folder, name);
        if (!FileStatReader.TryRead(path, out var stat) || !stat.IsRegularFile)
        {
            if (stat.IsLink)
            {
                tree.Add(contents.WithinWorkTree + name, stat);
            }

            return;
        }

        _seen++;
        if (secrets.Contains(name))
        {
            _secret.Add(name);
            return;
        }

        var isSmall = stat.Size <= MaxFileBytes && _bytes + stat.Size <= MaxBytes && _seen <= MaxFiles;
        if (isSmall && ConsistentRead.Whole(path, MaxFileBytes) is { IsComplete: true } content)
        {
            if (secrets.Contains(name, content.Bytes))
            {
                _secret.Add(name);
                return;
            }

            _bytes += stat.Size;
            _kept.Add(new UntrackedFile(name, content.Bytes.ToArray()));
            tree.Add(contents.WithinWorkTree + name, stat, _kept[^1].Content);
            contents.Add(name, content.Bytes);
        }
        else
        {
            _leftOut.Add(name);
            contents.AddLarge(name, stat);
        }
    }
}
