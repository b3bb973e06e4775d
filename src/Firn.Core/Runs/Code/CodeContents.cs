using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Git.Objects;
using Firn.Projects;

namespace Firn.Runs.Code;

/// <summary>
/// The paths and contents of a project's source files, for the digest that tells one code from another. Contents are named
/// as git names them, so that committing a file changes nothing. <c>firn.yaml</c> is not code: what it says of an analysis is
/// compared for itself.
/// </summary>
internal sealed class CodeContents(string folder, GitRepository? repository, SystemContext systemContext) : IDisposable
{
    private const int MaxDepth = 8;
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly GitHasher _hasher = new(repository?.HashLength ?? 20);

    /// <summary>The project's folder relative to the work tree, empty or with a slash at the end.</summary>
    private readonly string _within = repository is null ? string.Empty : Within(repository.WorkTree, RealPath.Of(folder));

    /// <summary>The files that git has, relative to the work tree.</summary>
    public HashSet<string> Tracked { get; } = new(StringComparer.Ordinal);

    public string WithinWorkTree => _within;

    /// <summary>Takes the tracked files of the project's folder.</summary>
    public void AddTracked(
        GitRepository source,
        GitState state,
        IReadOnlyList<FilePattern> data,
        ProjectSecrets secrets,
        CancellationToken cancellation)
    {
        var modified = new HashSet<string>(state.ModifiedFiles, StringComparer.Ordinal);
        var index = GitSplitIndex.Read(source.GitDirectory, source.HashLength);
        var reader = new GitIndexReader(index.Bytes, _hasher.HashLength);
        while (index.IsComplete && reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            var path = GitWorkTree.Text(entry.Path);
            Tracked.Add(path);
            if (!path.StartsWith(_within, StringComparison.Ordinal) || path[_within.Length..] == Project.FileName
                || IsData(path[_within.Length..], data) || secrets.Contains(path[_within.Length..]))
            {
                continue;
            }

            var isModified = modified.Count < state.ModifiedCount || modified.Contains(path);
            var id = isModified ? IdOf(Path.Join(source.WorkTree, path), 0, cancellation) : Hex.Of(entry.ObjectId);
            _ids[path[_within.Length..]] = id ?? "missing";
        }
    }

    /// <summary>Takes a file's bytes.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        if (name == Project.FileName)
        {
            return;
        }

        Span<byte> id = stackalloc byte[32];
        _hasher.Compute("blob", content, id);
        _ids[name] = Hex.Of(id[.._hasher.HashLength]);
    }

    /// <summary>Takes a file whose bytes are not kept, by what the file system says of it.</summary>
    public void AddLarge(string name, FileStat stat) =>
        _ids[name] = $"{stat.Size} {stat.ModifiedSeconds}.{stat.ModifiedNanoseconds}";

    /// <summary>The digest of all of them.</summary>
    public Sha256Digest Digest()
    {
        var text = new StringBuilder();
        string[] names = [.. _ids.Keys];
        Array.Sort(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            text.Append(name).Append('\0').Append(_ids[name]).Append('\n');
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public bool IsData(string name, IReadOnlyList<FilePattern> data)
    {
        var path = Path.Join(folder, name);
        foreach (var pattern in data)
        {
            if (pattern.Matches(path))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _hasher.Dispose();

    private static string Within(string workTree, string project) =>
        project == workTree ? string.Empty : Path.GetRelativePath(workTree, project) + "/";

    /// <summary>What lies at a path that differs from the index, whatever it is; <see langword="null"/> where nothing can be read.</summary>
    private string? IdOf(string path, int depth, CancellationToken cancellation)
    {
        if (!FileStatReader.TryRead(path, out var stat))
        {
            return null;
        }

        if (stat.IsDirectory)
        {
            // A submodule at another commit, or with changes of its own; the files of any other folder are untracked.
            return depth < MaxDepth && GitRepository.At(path, systemContext) is { } submodule
                ? $"submodule {submodule.HeadCommit} {ModifiedIn(submodule, path, depth + 1, cancellation)}"
                : null;
        }

        Span<byte> id = stackalloc byte[32];
        if (stat.IsLink)
        {
            _hasher.Compute("blob", Encoding.UTF8.GetBytes(RealPath.LinkTarget(path) ?? string.Empty), id);
            return Hex.Of(id[.._hasher.HashLength]);
        }

        using var handle = stat.IsRegularFile ? BoundedFile.Open(path, out _) : null;
        try
        {
            return handle is not null && _hasher.ComputeBlob(handle, RandomAccess.GetLength(handle), id, cancellation)
                ? Hex.Of(id[.._hasher.HashLength])
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Sha256Digest ModifiedIn(GitRepository submodule, string path, int depth, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (var name in submodule.Read(cancellation).ModifiedFiles)
        {
            text.Append(name).Append('\0').Append(IdOf(Path.Join(path, name), depth, cancellation)).Append('\n');
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
