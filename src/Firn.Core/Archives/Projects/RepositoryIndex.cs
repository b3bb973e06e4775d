using Firn.Git;
using Firn.Git.Objects;

namespace Firn.Archives.Projects;

/// <summary>The entries of a repository's index; where it cannot be read, those that a fresh checkout of HEAD would have.</summary>
internal sealed class RepositoryIndex(GitRepository repository, GitObjectDatabase objects, int hashLength)
{
    /// <summary>The largest index and the largest tree that are read, in bytes.</summary>
    public const int Limit = 64 * 1024 * 1024;

    /// <summary>The deepest folder.</summary>
    public const int MaxDepth = 128;
    private const int MaxEntries = 2_000_000;

    private readonly List<GitIndexRecord> _records = [];

    public List<GitIndexRecord> Read()
    {
        var content = GitSplitIndex.Read(repository.GitDirectory, hashLength);
        if (!content.IsComplete || !ReadFile(content.Bytes))
        {
            _records.Clear();
            var commit = repository.HeadCommit;
            if (commit is not null && new GitCommitReader(repository.CommonDirectory).TreeOf(commit) is { } tree)
            {
                AddTree([], tree, isSkipped: false, 0);
            }
        }

        return _records;
    }

    private bool ReadFile(ReadOnlySpan<byte> bytes)
    {
        var reader = new GitIndexReader(bytes, hashLength);
        while (reader.Read())
        {
            var entry = reader.Current;
            if (!GitWorkTree.IsSafe(entry.Path.TrimEnd((byte)'/')))
            {
                return false;
            }

            if (entry.Kind == GitIndexEntry.Directory)
            {
                // A folder outside a sparse checkout.
                AddTree([.. entry.Path.TrimEnd((byte)'/'), (byte)'/'], entry.ObjectId.ToArray(), isSkipped: true, 0);
                continue;
            }

            _records.Add(new GitIndexRecord
            {
                Path = entry.Path.ToArray(),
                Mode = entry.Mode,
                Id = entry.ObjectId.ToArray(),
                Stage = entry.Stage,
                IsAssumedUnchanged = entry.IsAssumedUnchanged,
                IsSkipped = entry.IsSkipped,
                IsIntentToAdd = entry.IsIntentToAdd,
            });
        }

        return !reader.IsInvalid && reader.ForeignExtension() is null;
    }

    private void AddTree(byte[] folder, byte[] tree, bool isSkipped, int depth)
    {
        if (depth > MaxDepth || objects.Read(tree, Limit) is not { Kind: GitObjectKind.Tree } content
            || GitTreeEntry.ReadAll(content.Content, hashLength) is not { } entries)
        {
            return;
        }

        foreach (var entry in entries)
        {
            byte[] path = [.. folder, .. entry.Name];
            if (!GitWorkTree.IsSafe(path) || _records.Count >= MaxEntries)
            {
                continue;
            }

            if (entry.IsDirectory)
            {
                AddTree([.. path, (byte)'/'], entry.Id, isSkipped, depth + 1);
            }
            else
            {
                _records.Add(new GitIndexRecord { Path = path, Mode = entry.Mode, Id = entry.Id, IsSkipped = isSkipped });
            }
        }
    }
}
