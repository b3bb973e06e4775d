namespace Firn.EndToEnd.Support;

/// <summary>The single file for Linux on x64, built by the script that builds the release; once per test run.</summary>
public sealed class SingleFileFirn
{
    private static readonly Lazy<string> Once = new(Publish);
    private readonly Lazy<string> _executable = Once;

    /// <summary>The absolute path of the executable.</summary>
    public string Executable => _executable.Value;

    private static string Publish()
    {
        // The build that these tests belong to has analysed the sources; MSBuild reads properties from variables.
        var variables = new Dictionary<string, string?>(Sdk.Variables) { ["RunAnalyzers"] = "false" };
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(15), Variables = variables };
        runner.Run("bash", Repository.PathOf("eng", "publish.sh"), "linux-x64", SharedFolder.PathOf("single")).MustReturn(0);
        return SharedFolder.PathOf("single", "firn");
    }
}
