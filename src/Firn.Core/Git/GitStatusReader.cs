using System.Globalization;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git.Objects;

namespace Firn.Git;

/// <summary>
/// Compares the work tree with the index and the index with the commit, as <c>git diff --quiet</c> and
/// <c>git diff --cached --quiet</c> do.
/// </summary>
internal sealed class GitStatusReader : IDisposable
{
    private const int MaxDepth = 8;

    private readonly GitRepository _repository;
    private readonly SystemContext _systemContext;
    private readonly List<Problem> _problems;
    private readonly int _depth;
    private readonly CancellationToken _cancellationToken;
    private readonly GitHasher _hasher;
    private readonly GitWorkTree _workTree;
    private readonly GitContentComparer _contents;
    private readonly GitStatComparer _rules;
    private readonly string _indexPath;

    public GitStatusReader(
        GitRepository repository, SystemContext systemContext, List<Problem> problems, int depth,
        CancellationToken cancellationToken)
    {
        _repository = repository;
        _systemContext = systemContext;
        _problems = problems;
        _depth = depth;
        _cancellationToken = cancellationToken;
        _hasher = new GitHasher(repository.HashLength);
        _workTree = new GitWorkTree(repository.WorkTree);
        _contents = new GitContentComparer(
            _hasher, new GitAttributes(repository, _workTree, systemContext), repository.Config, cancellationToken);
        _indexPath = Path.Join(repository.GitDirectory, "index");
        FileStatReader.TryRead(_indexPath, out var index);
        _rules = new GitStatComparer(repository.Config, index);
    }

    /// <summary>Reads the index and everything that it names.</summary>
    public WorkTreeChanges Read()
    {
        var status = new WorkTreeChanges();
        if (!HasUsualWorkTree())
        {
            Report("git-worktree-unsupported", "the work tree of the git repository is configured to be elsewhere");
            status.IsIncomplete = true;
            return status;
        }

        if (!NativeCryptography.IsPresent)
        {
            Report("git-digests-unavailable", "without libssl no git object can be digested: changes are not known");
            status.IsIncomplete = true;
            return status;
        }

        var content = GitSplitIndex.Read(_repository.GitDirectory, _repository.HashLength);
        if (content.IsComplete)
        {
            ReadIndex(content.Bytes, status);
        }
        else if (content.Status == FileReadStatus.Missing)
        {
            status.HasStagedChanges = IsStaged(new GitTreeBuilder(_hasher), false);
        }
        else
        {
            Report("git-index-unreadable", $"the git index is {content.Reason}");
            status.IsIncomplete = true;
        }

        return status;
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _workTree.Dispose();
    }

    private bool HasUsualWorkTree()
    {
        if (_repository.Config.GetBoolean("core.bare", whenUnset: false))
        {
            return false;
        }

        var elsewhere = _repository.Config.Get("core.worktree");
        return elsewhere is null
            || RealPath.Of(Path.IsPathRooted(elsewhere) ? elsewhere : Path.Join(_repository.GitDirectory, elsewhere))
                == _repository.WorkTree;
    }

    private void ReadIndex(ReadOnlySpan<byte> bytes, WorkTreeChanges status)
    {
        var reader = new GitIndexReader(bytes, _hasher.HashLength);
        var tree = new GitTreeBuilder(_hasher);
        var isUnmerged = false;
        var unknown = 0;
        while (reader.Read())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var entry = reader.Current;
            isUnmerged |= entry.IsUnmerged;
            if (!entry.IsUnmerged && !entry.IsIntentToAdd)
            {
                tree.Add(entry);
            }

            var state = Compare(entry);
            unknown += state == GitFileState.Unknown ? 1 : 0;
            if (state == GitFileState.Modified)
            {
                status.AddModified(GitWorkTree.Text(entry.Path));
            }
        }

        if (reader.IsInvalid || reader.ForeignExtension() is not null)
        {
            var extension = reader.ForeignExtension();
            Report("git-index-unsupported", extension is null ? "the git index is damaged"
                : extension == "link" ? "the git index is split, and its shared part is missing or damaged"
                : $"the git index has the extension \"{extension}\", which Firn does not read");
            status.Forget();
            return;
        }

        if (unknown > 0)
        {
            var count = unknown.ToString(CultureInfo.InvariantCulture);
            Report("git-file-unknown", $"{count} tracked files could not be compared with the git index");
            status.IsIncomplete = true;
        }

        status.HasStagedChanges = IsStaged(tree, isUnmerged);
    }

    private GitFileState Compare(GitIndexEntry entry)
    {
        if (entry.IsUnmerged || entry.IsIntentToAdd)
        {
            return GitFileState.Modified;
        }

        if (entry.IsIgnored)
        {
            return GitFileState.Same;
        }

        if (!GitWorkTree.IsSafe(entry.Path))
        {
            return GitFileState.Unknown;
        }

        if (!_workTree.TryRead(entry.Path, out var stat))
        {
            return GitFileState.Modified;
        }

        return entry.Kind switch
        {
            GitIndexEntry.RegularFile => CompareFile(entry, stat),
            GitIndexEntry.Link => CompareLink(entry, stat),
            GitIndexEntry.Submodule => CompareSubmodule(entry, stat),
            _ => GitFileState.Unknown,
        };
    }

    private GitFileState CompareFile(GitIndexEntry entry, FileStat stat)
    {
        if (!stat.IsRegularFile || (_rules.HasFileMode && stat.IsExecutable != entry.IsExecutable))
        {
            return GitFileState.Modified;
        }

        if (_rules.IsUnchanged(entry, stat))
        {
            return GitFileState.Same;
        }

        var path = GitWorkTree.Text(entry.Path);
        var hasOtherSize = entry.Size != 0 && !GitStatComparer.HasSize(entry, stat.Size);
        return _contents.CompareFile(entry.ObjectId, path, _workTree.Absolute(path), hasOtherSize);
    }

    private GitFileState CompareLink(GitIndexEntry entry, FileStat stat)
    {
        if (stat.IsRegularFile && !_rules.HasLinks)
        {
            return CompareFile(entry, stat);
        }

        if (!stat.IsLink)
        {
            return GitFileState.Modified;
        }

        return _rules.IsUnchanged(entry, stat)
            ? GitFileState.Same
            : _contents.CompareLink(entry.ObjectId, _workTree.Absolute(GitWorkTree.Text(entry.Path)));
    }

    /// <summary>git: read-cache.c <c>ce_compare_gitlink</c>, then submodule.c <c>is_submodule_modified</c>.</summary>
    private GitFileState CompareSubmodule(GitIndexEntry entry, FileStat stat)
    {
        if (!stat.IsDirectory)
        {
            return GitFileState.Modified;
        }

        var submodule = GitRepository.At(_workTree.Absolute(GitWorkTree.Text(entry.Path)), _systemContext);
        if (submodule?.HeadCommit is not { } commit)
        {
            return GitFileState.Same;
        }

        if (commit != Hex.Of(entry.ObjectId))
        {
            return GitFileState.Modified;
        }

        if (_depth >= MaxDepth)
        {
            return GitFileState.Unknown;
        }

        return submodule.IsDirty(_depth + 1, _cancellationToken) switch
        {
            true => GitFileState.Modified,
            false => GitFileState.Same,
            null => GitFileState.Unknown,
        };
    }

    private bool? IsStaged(GitTreeBuilder tree, bool isUnmerged)
    {
        if (isUnmerged)
        {
            return true;
        }

        var found = tree.Finish();
        var commit = _repository.HeadCommit;
        if (commit is null)
        {
            // Before the first commit git compares with the tree that is empty; a broken HEAD tells nothing.
            return _repository.IsUnborn ? !found.AsSpan().SequenceEqual(new GitTreeBuilder(_hasher).Finish()) : null;
        }

        var tip = new GitCommitReader(_repository.CommonDirectory).TreeOf(commit);
        if (tip is null)
        {
            Report("git-commit-unread", "the commit of HEAD could not be read from the git objects");
        }

        return tip is null ? null : !found.AsSpan().SequenceEqual(tip);
    }

    private void Report(string code, string message) => _problems.Add(new Problem(code, _indexPath, message));
}

/// <summary>What comparing a work tree has found so far.</summary>
internal sealed class WorkTreeChanges
{
    private const int MaxNames = 1000;
    private readonly List<string> _modified = [];

    /// <summary>Whether there are files that could not be compared.</summary>
    public bool IsIncomplete { get; set; }

    public bool? HasStagedChanges { get; set; }

    public int ModifiedCount { get; private set; }

    /// <summary>The first of them, in the order of the index.</summary>
    public IReadOnlyList<string> Modified => _modified;

    /// <summary>Whether anything differs from the commit; <see langword="null"/> where that is not known.</summary>
    public bool? IsDirty
    {
        get
        {
            if (ModifiedCount > 0 || HasStagedChanges == true)
            {
                return true;
            }

            return IsIncomplete ? null : HasStagedChanges;
        }
    }

    /// <summary>Takes a file; a file in conflict comes several times.</summary>
    public void AddModified(string path)
    {
        if (_modified.Count > 0 && _modified[^1] == path)
        {
            return;
        }

        ModifiedCount++;
        if (_modified.Count < MaxNames)
        {
            _modified.Add(path);
        }
    }

    /// <summary>Drops what was found in an index that turned out to mean something else.</summary>
    public void Forget()
    {
        _modified.Clear();
        ModifiedCount = 0;
        HasStagedChanges = null;
        IsIncomplete = true;
    }
}

/// <summary>How a file of the work tree compares with the index.</summary>
internal enum GitFileState
{
    /// <summary>It is what the index has.</summary>
    Same,

    /// <summary>It differs or is gone.</summary>
    Modified,

    /// <summary>Only git and a filter program could tell.</summary>
    Unknown,
}
