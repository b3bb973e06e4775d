using System.IO.Compression;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git.Objects;

/// <summary>Reads commits from an object database: loose objects, packs and alternates (gitrepository-layout(5)).</summary>
internal sealed class GitCommitReader(string commonDirectory)
{
    private const int MaxLooseBytes = 4 * 1024 * 1024;
    private const int MaxFolders = 16;
    private const int MaxPacks = 4096;

    /// <summary>The start of a commit that holds its tree, in either hash.</summary>
    private const int HeadLength = 128;

    /// <summary>The id of a commit's tree; <see langword="null"/> where the commit cannot be read.</summary>
    public byte[]? TreeOf(string commit)
    {
        if (Hex.Parse(commit) is not { } id)
        {
            return null;
        }

        foreach (var folder in Folders(commonDirectory))
        {
            var head = Loose(folder, commit) ?? Packed(folder, id);
            if (head is not null)
            {
                return Tree(head, id.Length);
            }
        }

        return null;
    }

    /// <summary>The object folder and those it borrows from; each once, however they point at each other.</summary>
    public static List<string> Folders(string commonDirectory)
    {
        var folders = new List<string> { Path.Join(commonDirectory, "objects") };
        for (var i = 0; i < folders.Count; i++)
        {
            var text = BoundedFile.ReadText(Path.Join(folders[i], "info", "alternates"), 64 * 1024);
            foreach (var line in (text ?? string.Empty).Split('\n'))
            {
                if (line.Length == 0 || line[0] == '#' || line.Contains('\0', StringComparison.Ordinal))
                {
                    continue;
                }

                var folder = Path.GetFullPath(Path.IsPathRooted(line) ? line : Path.Join(folders[i], line));
                if (folders.Count < MaxFolders && !folders.Contains(folder))
                {
                    folders.Add(folder);
                }
            }
        }

        return folders;
    }

    private static byte[]? Loose(string folder, string commit)
    {
        var content = BoundedFile.Read(Path.Join(folder, commit[..2], commit[2..]), MaxLooseBytes);
        if (!content.IsComplete)
        {
            return null;
        }

        var head = Inflate(content.Memory, HeadLength);
        var end = head.AsSpan().IndexOf((byte)0);
        return end >= 0 && head.AsSpan().StartsWith("commit "u8) ? head[(end + 1)..] : null;
    }

    private static byte[]? Packed(string folder, byte[] id)
    {
        var packs = Path.Join(folder, "pack");
        var count = 0;
        foreach (var entry in DirectoryReader.List(packs, out _))
        {
            if (!entry.Name.EndsWith(".idx", StringComparison.Ordinal) || ++count > MaxPacks)
            {
                continue;
            }

            using var pack = GitPack.Open(Path.Join(packs, entry.Name), id.Length);
            if (pack?.Read(id, HeadLength) is { } head)
            {
                return head;
            }
        }

        return null;
    }

    private static byte[]? Tree(byte[] head, int hashLength)
    {
        var start = "tree "u8;
        var end = start.Length + (hashLength * 2);
        if (head.Length <= end || !head.AsSpan().StartsWith(start) || head[end] != '\n')
        {
            return null;
        }

        return Hex.Parse(Encoding.ASCII.GetString(head[start.Length..end]));
    }

    /// <summary>At most so many bytes of what was compressed with zlib; fewer where it ends or is broken.</summary>
    internal static byte[] Inflate(ReadOnlyMemory<byte> compressed, int most)
    {
        var buffer = new byte[most];
        var length = 0;
        try
        {
            using var source = new MemoryStream(compressed.ToArray(), writable: false);
            using var stream = new ZLibStream(source, CompressionMode.Decompress);
            length = stream.ReadAtLeast(buffer, most, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            length = 0;
        }

        return length == most ? buffer : buffer[..length];
    }
}
