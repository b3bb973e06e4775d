using System.Text;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Git.Objects;
using Firn.Projects;

namespace Firn.Runs.Code;

/// <summary>A file or a link of the code, before the run.</summary>
/// <param name="Path">Relative to the work tree.</param>
/// <param name="Stat">What the file system says of it.</param>
/// <param name="Content">Its bytes where they have been read.</param>
internal sealed record ListedCodeFile(string Path, FileStat Stat, ReadOnlyMemory<byte>? Content)
{
    /// <summary>Its path and all that changes when it does.</summary>
    public byte[] Identity()
    {
        var length = Encoding.UTF8.GetByteCount(Path);
        var bytes = new byte[length + 1 + FileStat.ByteCount];
        Encoding.UTF8.GetBytes(Path, bytes);
        Stat.CopyTo(bytes.AsSpan(length + 1));
        return bytes;
    }
}

/// <summary>
/// Lists the files that are the code of a run, with what the file system says of them: their bytes are read where they are
/// not known to be kept. Here it is decided which are left out.
/// </summary>
/// <param name="root">The work tree, without git the project's folder; absolute.</param>
/// <param name="secrets">Which files are not code.</param>
/// <param name="within">The project's folder in it: empty, or with a slash at the end.</param>
internal sealed class CodeFileList(string root, ProjectSecrets secrets, string within)
{
    /// <summary>Larger files are data: hosts of repositories refuse them.</summary>
    private const long MaxFileBytes = 100 * 1024 * 1024;
    private const long MaxBytes = 1024 * 1024 * 1024;
    private const int MaxDepth = 8;
    private readonly SortedDictionary<string, ListedCodeFile> _files = new(StringComparer.Ordinal);
    private readonly List<CodeLeftOut> _leftOut = [];
    private long _bytes;

    public string Root { get; } = root;

    /// <summary>When the first file was looked at.</summary>
    public DateTimeOffset LookedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>In the order of their paths.</summary>
    public IReadOnlyCollection<ListedCodeFile> Files => _files.Values;

    public IReadOnlyList<CodeLeftOut> LeftOut => _leftOut;

    /// <summary>Takes a file or a link; folders are left to the files in them.</summary>
    public void Add(string path, FileStat stat, ReadOnlyMemory<byte>? content = null)
    {
        if (stat.IsDirectory || _files.ContainsKey(path))
        {
            return;
        }

        if (Refusal(path, stat) is { } reason)
        {
            _leftOut.Add(new CodeLeftOut(path, reason));
            return;
        }

        _bytes += stat.IsLink ? 0 : stat.Size;
        _files.Add(path, new ListedCodeFile(path, stat, content));
    }

    /// <summary>Takes the files of a repository's index as they lie in its work tree, and those of its submodules.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="systemContext">Variables and home.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <param name="prefix">Where it lies in <see cref="Root"/>: empty, or with a slash at the end.</param>
    /// <param name="depth">How deep it is among submodules.</param>
    public void AddTracked(
        GitRepository repository, SystemContext systemContext, CancellationToken cancellation, string prefix = "", int depth = 0)
    {
        using var folder = new GitWorkTree(repository.WorkTree);
        var index = GitSplitIndex.Read(repository.GitDirectory, repository.HashLength);
        var reader = new GitIndexReader(index.Bytes, repository.HashLength);
        while (index.IsComplete && reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            var path = prefix + GitWorkTree.Text(entry.Path);
            if (!GitWorkTree.IsSafe(entry.Path) || !folder.TryRead(entry.Path, out var stat))
            {
                continue;
            }

            if (entry.Kind != GitIndexEntry.Submodule || !stat.IsDirectory)
            {
                Add(path, stat);
            }
            else if (depth < MaxDepth && GitRepository.At(folder.Absolute(GitWorkTree.Text(entry.Path)), systemContext) is { } submodule)
            {
                AddTracked(submodule, systemContext, cancellation, path + "/", depth + 1);
            }
        }
    }

    /// <summary>Of all files, their paths and all that changes when one does.</summary>
    public Sha256Digest Fingerprint()
    {
        using var hasher = new Sha256Hasher();
        foreach (var file in _files.Values)
        {
            hasher.Append(file.Identity());
        }

        return hasher.Finish();
    }

    /// <summary>Why a file is not kept; <see langword="null"/> where it is.</summary>
    private string? Refusal(string path, FileStat stat) =>
        path.Contains('\uFFFD', StringComparison.Ordinal) ? "its name is not UTF-8"
        : secrets.Contains(path.StartsWith(within, StringComparison.Ordinal) ? path[within.Length..] : path) ? SecretFiles.Reason
        : stat.IsLink ? null
        : !stat.IsRegularFile ? "it is neither a file nor a link"
        : stat.Size > MaxFileBytes ? "it is larger than 100 MiB"
        : _bytes + stat.Size > MaxBytes ? "the code is larger than 1 GiB"
        : null;
}
