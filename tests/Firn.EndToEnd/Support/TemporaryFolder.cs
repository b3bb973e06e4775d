namespace Firn.EndToEnd.Support;

/// <summary>A folder of its own for one test, deleted with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("firn-test-").FullName;

    public string Root { get; }

    public string PathOf(params string[] parts) => Path.Join([Root, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What a failed test left behind must not hide why it failed.
        }
    }
}

/// <summary>A file system of its own, of a few megabytes; needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk(string size)
    {
        Part.Root();
        Root = _folder.PathOf("disk");
        Directory.CreateDirectory(Root);
        var result = new ProcessRunner().Run(
            Part.Program("mount"), "-t", "tmpfs", "-o", $"size={size},mode=755", "firn-test", Root);
        Part.MustBePresent(result.ExitCode == 0, $"no file system can be mounted here: {result.StandardError.Trim()}");
    }

    public string Root { get; }

    public void MakeReadOnly() => new ProcessRunner().Run(Part.Program("mount"), "-o", "remount,ro", Root).MustReturn(0);

    public void Dispose()
    {
        new ProcessRunner().Run(Part.Program("umount"), "--lazy", Root);
        _folder.Dispose();
    }
}

/// <summary>
/// What is expensive to make, and is made once in a test run for all who ask, lies in this folder of the process; the
/// run's last step deletes it.
/// </summary>
internal static class SharedFolder
{
    private static readonly Lazy<TemporaryFolder> Folder = new(() => new TemporaryFolder());
    private static readonly List<Action> Before = [];

    public static string PathOf(params string[] parts) => Folder.Value.PathOf(parts);

    /// <summary>Has something done before the folder is deleted: what runs in it is stopped.</summary>
    public static void BeforeDelete(Action action)
    {
        lock (Before)
        {
            Before.Add(action);
        }
    }

    public static void Delete()
    {
        Before.ForEach(static action => action());
        if (Folder.IsValueCreated)
        {
            Folder.Value.Dispose();
        }
    }
}
