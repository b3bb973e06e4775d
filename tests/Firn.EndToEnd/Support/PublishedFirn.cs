namespace Firn.EndToEnd.Support;

/// <summary>
/// The command line as it is published, ReadyToRun included. <c>FIRN_BINARY</c> names another build to test, for
/// example the single file of a release.
/// </summary>
public sealed class PublishedFirn : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _executable;

    public PublishedFirn() => _executable = new Lazy<string>(FindOrPublish);

    /// <summary>The absolute path of the executable.</summary>
    public string Executable => _executable.Value;

    internal ProcessResult Run(params IEnumerable<string> arguments) => new ProcessRunner().Run(Executable, arguments);

    internal ProcessResult Run(ProcessRunner runner, params IEnumerable<string> arguments) =>
        runner.Run(Executable, arguments);

    public void Dispose() => _folder.Dispose();

    private string FindOrPublish()
    {
        var given = Environment.GetEnvironmentVariable("FIRN_BINARY");
        if (!string.IsNullOrEmpty(given))
        {
            Assert.True(File.Exists(given), $"FIRN_BINARY={given} is no file");
            return Path.GetFullPath(given);
        }

        // An artifacts path of its own: the tests that run now were built into the usual one.
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(10), Variables = Sdk.Variables };
        runner.Run(
            Sdk.Executable,
            ["publish", Repository.PathOf("src", "Firn.Cli"), "--configuration", "Release", "--nologo",
             "--disable-build-servers", "-p:RunAnalyzers=false", "--artifacts-path", _folder.PathOf("artifacts"), "--output", _folder.PathOf("firn")])
            .MustReturn(0);
        return _folder.PathOf("firn", OperatingSystem.IsWindows() ? "firn.exe" : "firn");
    }
}
