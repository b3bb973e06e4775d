namespace Firn.Fuzz;

/// <summary>A folder in memory for parsers that open their files themselves.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public ScratchFolder()
    {
        var parent = Directory.Exists(InMemory) ? InMemory : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Join(parent, $"firn-fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}"[..32]);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>The path of a name in the folder.</summary>
    public string this[string relative] => System.IO.Path.Join(Path, relative);

    /// <summary>Writes a file with the folders on the way to it, and returns its path.</summary>
    public string Write(string relative, ReadOnlySpan<byte> content)
    {
        var path = this[relative];
        if (relative.Contains('/', StringComparison.Ordinal))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        }

        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
