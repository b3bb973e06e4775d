using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Git;
using Firn.Git.Objects;

namespace Firn.Archives.Projects;

/// <summary>
/// Collects the objects of a shallow repository: the commit of HEAD, its trees, and the blobs that belong to the archive.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="objects">Its objects.</param>
/// <param name="hashLength">20 or 32.</param>
/// <param name="wanted">Which paths' blobs belong to the archive.</param>
internal sealed class RepositoryObjects(
    GitRepository repository, GitObjectDatabase objects, int hashLength, Predicate<string> wanted) : IDisposable
{
    private const int MaxObjectBytes = 64 * 1024 * 1024;
    private const int MaxKeptBytes = 64 * 1024;
    private const int MaxKeptInAll = 16 * 1024 * 1024;
    private const int MaxObjects = 2_000_000;

    private readonly GitHasher _hasher = new(hashLength);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _kept;

    /// <summary>The objects, with paths below <c>.git</c>.</summary>
    public List<BundleMember> Members { get; } = [];

    /// <summary>How many objects are not there, too large, or damaged.</summary>
    public int Missing { get; private set; }

    /// <summary>Takes a commit and what it holds.</summary>
    /// <returns>Whether it has parents; <see langword="null"/> where the commit cannot be read.</returns>
    public bool? AddCommit(string commit)
    {
        if (Hex.Parse(commit) is not { } id || Add(id, GitObjectKind.Commit, null) is not { } content)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(content);
        if (!text.StartsWith("tree ", StringComparison.Ordinal) || text.Length < 5 + (2 * hashLength)
            || Hex.Parse(text.AsSpan(5, 2 * hashLength)) is not { } tree)
        {
            return null;
        }

        AddTree(tree, string.Empty, 0);
        return text.AsSpan(5 + (2 * hashLength)).StartsWith("\nparent ");
    }

    /// <summary>Takes the blob of a file that is staged.</summary>
    public void AddBlob(byte[] id, string path) => Add(id, GitObjectKind.Blob, path);

    public void Dispose() => _hasher.Dispose();

    private void AddTree(byte[] id, string folder, int depth)
    {
        if (depth > RepositoryIndex.MaxDepth || Add(id, GitObjectKind.Tree, null) is not { } content)
        {
            return;
        }

        if (GitTreeEntry.ReadAll(content, hashLength) is not { } entries)
        {
            Missing++;
            return;
        }

        foreach (var entry in entries)
        {
            var path = folder + Encoding.UTF8.GetString(entry.Name);
            if (entry.IsDirectory)
            {
                AddTree(entry.Id, path + "/", depth + 1);
            }
            else if (!entry.IsSubmodule && wanted(path))
            {
                Add(entry.Id, GitObjectKind.Blob, path);
            }
        }
    }

    /// <summary>The content, where the object is new here and can be read.</summary>
    private byte[]? Add(byte[] id, GitObjectKind kind, string? path)
    {
        var name = Hex.Of(id);
        if (_seen.Count >= MaxObjects || !_seen.Add(name))
        {
            return null;
        }

        if (objects.Read(id, MaxObjectBytes) is { } found && found.Kind == kind && IsWhole(found, id))
        {
            var content = found.Content;
            var isKept = content.Length <= MaxKeptBytes && _kept + content.Length <= MaxKeptInAll;
            _kept += isKept ? content.Length : 0;
            Add(name, new LooseObjectContent(objects, id, kind, content.Length, isKept ? content : null));
            return content;
        }

        if (path is not null && InWorkTree(path, id) is { } file)
        {
            Add(name, file);
        }
        else
        {
            Missing++;
        }

        return null;
    }

    private void Add(string name, BundleContent content) => Members.Add(
        new BundleMember { Path = $".git/objects/{name[..2]}/{name[2..]}", Content = content });

    private bool IsWhole(GitObject found, byte[] id)
    {
        Span<byte> observed = stackalloc byte[hashLength];
        _hasher.Compute(GitObject.Word(found.Kind), found.Content, observed);
        return observed.SequenceEqual(id);
    }

    /// <summary>A blob too large for memory, where the file in the work tree has its bytes.</summary>
    private LooseFileContent? InWorkTree(string path, byte[] id)
    {
        var absolute = Path.Join(repository.WorkTree, path);
        using var file = FileStatReader.TryRead(absolute, out var stat) && stat.IsRegularFile
            ? BoundedFile.Open(absolute, out _)
            : null;
        Span<byte> observed = stackalloc byte[hashLength];
        return file is not null && stat.Size > MaxObjectBytes
            && _hasher.ComputeBlob(file, stat.Size, observed, CancellationToken.None) && observed.SequenceEqual(id)
            ? new LooseFileContent(absolute, stat.Size)
            : null;
    }

    /// <summary>For a message.</summary>
    public string MissingText => Missing.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An object of a repository in the form of a loose one; read from the repository when it is written.</summary>
internal sealed class LooseObjectContent(GitObjectDatabase objects, byte[] id, GitObjectKind kind, int length, byte[]? content)
    : BundleContent
{
    public override long Length => GitLooseEncoder.EncodedLength(kind, length);

    public override void WriteTo(BundleSink sink)
    {
        var bytes = content ?? objects.Read(id, length)?.Content;
        if (bytes?.Length != length)
        {
            throw new FirnException(
                $"the git object {Hex.Of(id)} changed while it was archived", "run the command again when git is not at work");
        }

        var encoder = new GitLooseEncoder(kind, length, sink.Write);
        encoder.Append(bytes);
        encoder.Finish();
    }
}

/// <summary>The blob of a large file, in the form of a loose object; read from the work tree, where the same bytes are.</summary>
internal sealed class LooseFileContent(string path, long length) : BundleContent
{
    private const int ChunkLength = 256 * 1024;

    public override long Length => GitLooseEncoder.EncodedLength(GitObjectKind.Blob, length);

    public override void WriteTo(BundleSink sink)
    {
        using var file = SequentialFile.OpenSteady(path);
        var encoder = new GitLooseEncoder(GitObjectKind.Blob, length, sink.Write);
        var chunk = new byte[ChunkLength];
        var left = length;
        while (file.Read(chunk) is var count and > 0)
        {
            left -= count;
            if (left < 0)
            {
                break;
            }

            encoder.Append(chunk.AsSpan(0, count));
        }

        if (left != 0)
        {
            throw ConsistentRead.Changed(path);
        }

        file.MustBeSteady();

        encoder.Finish();
    }
}
