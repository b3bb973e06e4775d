namespace Firn.EndToEnd.Support;

/// <summary>The single file for Linux on x64, built by the script that builds the release.</summary>
public sealed class SingleFileFirn : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _executable;

    public SingleFileFirn() => _executable = new Lazy<string>(Publish);

    /// <summary>The absolute path of the executable.</summary>
    public string Executable => _executable.Value;

    public void Dispose() => _folder.Dispose();

    private string Publish()
    {
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(15), Variables = Sdk.Variables };
        runner.Run("bash", Repository.PathOf("eng", "publish.sh"), "linux-x64", _folder.PathOf("single")).MustReturn(0);
        return _folder.PathOf("single", "firn");
    }
}
