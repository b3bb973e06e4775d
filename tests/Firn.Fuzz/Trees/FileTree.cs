using System.Collections.Immutable;
using System.Text;

namespace Firn.Fuzz.Trees;

/// <summary>A folder of files, one of which is another for each input. An input is the file's path, LF, and its bytes.</summary>
internal sealed class FileTree
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly byte[] _rootBytes;

    public FileTree(ScratchFolder scratch, string name, IReadOnlyList<FixtureFile> files)
    {
        Root = scratch[name];
        _rootBytes = Encoding.UTF8.GetBytes(Root);
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Root, file.Path))!);
            if (file.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(Path.Join(Root, file.Path), target);
                continue;
            }

            _files.Add(file.Path, file.Content);
            Write(file.Path, file.Content);
        }
    }

    /// <summary>The folder, absolute.</summary>
    public string Root { get; }

    /// <summary>The target that reads the folder after each change.</summary>
    public FuzzTarget Target(string name, ImmutableArray<byte[]> tokens, int cost, Action read)
    {
        var seeds = ImmutableArray.CreateBuilder<FuzzSeed>();
        foreach (var (path, content) in _files)
        {
            var start = Encoding.UTF8.GetBytes(path + "\n");
            seeds.Add(new FuzzSeed(path, [.. start, .. content], start.Length));
        }

        return new FuzzTarget
        {
            Name = name,
            Seeds = seeds.DrainToImmutable(),
            Tokens = tokens,
            Cost = cost,
            Run = input => Run(input, read),
        };
    }

    private void Run(byte[] input, Action read)
    {
        var end = input.AsSpan().IndexOf((byte)'\n');
        var path = end < 0 ? string.Empty : Encoding.UTF8.GetString(input.AsSpan(0, end));
        // A failing input that was made smaller may have lost its path.
        if (!_files.TryGetValue(path, out var original))
        {
            return;
        }

        Write(path, input.AsSpan(end + 1));
        try
        {
            read();
        }
        finally
        {
            Write(path, original);
        }
    }

    private void Write(string path, ReadOnlySpan<byte> content) =>
        File.WriteAllBytes(Path.Join(Root, path), WithRoot(content));

    private ReadOnlySpan<byte> WithRoot(ReadOnlySpan<byte> content)
    {
        var name = "@ROOT@"u8;
        if (content.IndexOf(name) < 0)
        {
            return content;
        }

        var result = new List<byte>(content.Length + 256);
        for (var at = content.IndexOf(name); at >= 0; at = content.IndexOf(name))
        {
            result.AddRange(content[..at]);
            result.AddRange(_rootBytes);
            content = content[(at + name.Length)..];
        }

        result.AddRange(content);
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result);
    }
}
