namespace Firn.EndToEnd.Support;

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
