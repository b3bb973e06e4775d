namespace Firn.EndToEnd.Support;

/// <summary>
/// The command line as it is published, ReadyToRun included. <c>FIRN_BINARY</c> names another build to test, for
/// example the single file of a release. Published once per test run.
/// </summary>
public sealed class PublishedFirn
{
    private static readonly Lazy<string> Once = new(FindOrPublish);
    private readonly Lazy<string> _executable = Once;

    /// <summary>The absolute path of the executable.</summary>
    public string Executable => _executable.Value;

    internal ProcessResult Run(params IEnumerable<string> arguments) => new ProcessRunner().Run(Executable, arguments);

    internal ProcessResult Run(ProcessRunner runner, params IEnumerable<string> arguments) =>
        runner.Run(Executable, arguments);

    private static string FindOrPublish()
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
             "--disable-build-servers", "-p:RunAnalyzers=false", "--artifacts-path", SharedFolder.PathOf("artifacts"), "--output", SharedFolder.PathOf("firn")])
            .MustReturn(0);
        return SharedFolder.PathOf("firn", OperatingSystem.IsWindows() ? "firn.exe" : "firn");
    }
}
