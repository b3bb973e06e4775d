using System.Diagnostics;

namespace Firn.Benchmarks.Compare;

/// <summary>The command line as users have it: published, ReadyToRun.</summary>
internal static class FirnBuild
{
    /// <summary>Publishes firn into the folder.</summary>
    /// <returns>The path of the executable.</returns>
    public static string Publish(WorkFolder folder)
    {
        Console.Error.WriteLine("publishing firn");
        var output = folder.PathOf("firn");
        ProcessTimer.Run(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet",
            ["publish", Path.Join(RepositoryRoot(), "src", "Firn.Cli"), "--configuration", "Release", "--nologo",
             "--disable-build-servers", "--artifacts-path", folder.PathOf("artifacts"), "--output", output]);
        return Path.Join(output, OperatingSystem.IsWindows() ? "firn.exe" : "firn");
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Firn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new UnreachableException($"no Firn.slnx above {AppContext.BaseDirectory}");
    }
}
