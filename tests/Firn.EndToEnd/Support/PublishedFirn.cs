using System.Diagnostics;

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

    /// <summary>Starts it and does not wait for it; its streams are the caller's.</summary>
    internal Process Start(string folder, IReadOnlyDictionary<string, string?> variables, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string FindOrPublish()
    {
        var given = Environment.GetEnvironmentVariable("FIRN_BINARY");
        if (!string.IsNullOrEmpty(given))
        {
            Assert.True(File.Exists(given), $"FIRN_BINARY={given} is not a file");
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

/// <summary>The .NET SDK that runs these tests.</summary>
internal static class Sdk
{
    public static string Executable =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>Takes away what the outer build says to its own children, and would mislead an inner one.</summary>
    public static IReadOnlyDictionary<string, string?> Variables { get; } = new Dictionary<string, string?>
    {
        ["MSBuildSDKsPath"] = null,
        ["MSBuildExtensionsPath"] = null,
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildLoadMicrosoftTargetsReadOnly"] = null,
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };
}

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Firn.slnx</c>.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Join([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Firn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Firn.slnx in {AppContext.BaseDirectory} or above");
    }
}
