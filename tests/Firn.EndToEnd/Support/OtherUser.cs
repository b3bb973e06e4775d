namespace Firn.EndToEnd.Support;

/// <summary>The user nobody, with a copy of firn that it may run; needs root.</summary>
internal sealed class OtherUser : IDisposable
{
    private const string Id = "65534";
    private readonly TemporaryFolder _folder = new();
    private readonly string _executable;

    public OtherUser(PublishedFirn firn)
    {
        Part.Root();
        new ProcessRunner().Run(Part.Program("chmod"), "755", _folder.Root).MustReturn(0);
        Directory.CreateDirectory(PathOf("firn"));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(firn.Executable)!))
        {
            File.Copy(file, PathOf($"firn/{Path.GetFileName(file)}"));
        }

        _executable = PathOf($"firn/{Path.GetFileName(firn.Executable)}");
        Directory.CreateDirectory(PathOf("own"));
        new ProcessRunner().Run(Part.Program("chown"), Id, PathOf("own")).MustReturn(0);
        var start = Run("--version");
        Part.MustBePresent(start.ExitCode == 0, $"the user nobody cannot run firn: {start.StandardError.Trim()}");
    }

    public string PathOf(string relative) => _folder.PathOf(relative);

    /// <summary>Writes a file that everybody may read.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    public ProcessResult Run(params IEnumerable<string> arguments) => new ProcessRunner { WorkingDirectory = "/" }.Run(
        Part.Program("setpriv"), ["--reuid", Id, "--regid", Id, "--clear-groups", "--", _executable, .. arguments]);

    public void Dispose() => _folder.Dispose();
}
