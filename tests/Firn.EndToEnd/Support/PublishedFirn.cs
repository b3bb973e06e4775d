namespace Firn.EndToEnd.Support;

/// <summary>
/// The single file of a release for this machine, built by the script that builds the release. <c>FIRN_BINARY</c> names
/// another file to test. Published once per test run.
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

        // The build that these tests belong to has analysed the sources; MSBuild reads properties from variables.
        var variables = new Dictionary<string, string?>(Sdk.Variables) { ["RunAnalyzers"] = "false" };
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(20), Variables = variables };
        runner.Run(
            "bash", Repository.PathOf("eng", "publish.sh"), System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, SharedFolder.PathOf("firn")).MustReturn(0);
        return SharedFolder.PathOf("firn", OperatingSystem.IsWindows() ? "firn.exe" : "firn");
    }
}
