using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git.Objects;

/// <summary>
/// Reads whole objects of any kind: loose ones, packs and alternates. Packs stay open until it is disposed. Any thread
/// may read.
/// </summary>
internal sealed class GitObjectDatabase(string commonDirectory, int hashLength) : IDisposable
{
    private const int HeaderLength = 32;
    private const int MaxPacks = 4096;
    private readonly Lock _lock = new();
    private List<string>? _folders;
    private List<GitPack>? _packs;

    /// <summary>The object; <see langword="null"/> where it is missing, damaged, or larger than <paramref name="most"/> bytes.</summary>
    public GitObject? Read(ReadOnlySpan<byte> id, int most)
    {
        Open();
        var name = Hex.Of(id);
        foreach (var folder in _folders!)
        {
            if (ReadLoose(Path.Join(folder, name[..2], name[2..]), most) is { } loose)
            {
                return loose;
            }
        }

        foreach (var pack in _packs!)
        {
            if (pack.ReadObject(id, most) is { } packed)
            {
                return packed;
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var pack in _packs ?? [])
        {
            pack.Dispose();
        }

        _packs = null;
    }

    private void Open()
    {
        lock (_lock)
        {
            if (_packs is not null)
            {
                return;
            }

            _folders = GitCommitReader.Folders(commonDirectory);
            var packs = new List<GitPack>();
            foreach (var folder in _folders)
            {
                OpenPacks(Path.Join(folder, "pack"), packs);
            }

            _packs = packs;
        }
    }

    private void OpenPacks(string folder, List<GitPack> packs)
    {
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (entry.Name.EndsWith(".idx", StringComparison.Ordinal) && packs.Count < MaxPacks
                && GitPack.Open(Path.Join(folder, entry.Name), hashLength) is { } pack)
            {
                packs.Add(pack);
            }
        }
    }

    /// <summary>A loose object: <c>KIND SIZE</c>, NUL and the content, compressed together.</summary>
    private static GitObject? ReadLoose(string path, int most)
    {
        var content = BoundedFile.Read(path, (int)Math.Min(most + (most >> 10) + 1024L, int.MaxValue));
        if (!content.IsComplete)
        {
            return null;
        }

        var header = GitCommitReader.Inflate(content.Memory, HeaderLength);
        var end = header.AsSpan().IndexOf((byte)0);
        var blank = header.AsSpan().IndexOf((byte)' ');
        if (end < 0 || blank < 0 || blank > end
            || !int.TryParse(Encoding.ASCII.GetString(header, blank + 1, end - blank - 1), out var size)
            || size < 0 || size > most || KindOf(header.AsSpan(0, blank)) is not { } kind)
        {
            return null;
        }

        var whole = GitCommitReader.Inflate(content.Memory, end + 1 + size);
        return whole.Length == end + 1 + size ? new GitObject(kind, whole[(end + 1)..]) : null;
    }

    private static GitObjectKind? KindOf(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("commit"u8) ? GitObjectKind.Commit
        : word.SequenceEqual("tree"u8) ? GitObjectKind.Tree
        : word.SequenceEqual("blob"u8) ? GitObjectKind.Blob
        : word.SequenceEqual("tag"u8) ? GitObjectKind.Tag
        : null;
}

/// <summary>One object of a repository, whole.</summary>
internal sealed record GitObject(GitObjectKind Kind, byte[] Content)
{
    /// <summary>The kind as it stands before the content that is digested.</summary>
    public static string Word(GitObjectKind kind) => kind switch
    {
        GitObjectKind.Commit => "commit",
        GitObjectKind.Tree => "tree",
        GitObjectKind.Blob => "blob",
        _ => "tag",
    };
}

/// <summary>The kinds of objects, numbered as in packs.</summary>
internal enum GitObjectKind
{
    /// <summary>A commit.</summary>
    Commit = 1,

    /// <summary>A folder.</summary>
    Tree = 2,

    /// <summary>The content of a file.</summary>
    Blob = 3,

    /// <summary>An annotated tag.</summary>
    Tag = 4,
}
