namespace Firn.Benchmarks.Compare;

/// <summary>A folder for what the runs write, deleted afterwards; in memory where that is possible.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    /// <summary>Disks vary tenfold within an hour, and would hide what is measured.</summary>
    public WorkFolder()
    {
        var parent = Directory.Exists(MemoryFileSystem) ? MemoryFileSystem : Path.GetTempPath();
        Root = Path.Join(parent, $"firn-compare-{Environment.ProcessId}");
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string PathOf(string name) => Path.Join(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
