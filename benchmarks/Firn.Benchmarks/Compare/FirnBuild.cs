using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Firn.Benchmarks.Compare;

/// <summary>The command line as users have it: the single file of a release.</summary>
internal static class FirnBuild
{
    /// <summary>Publishes firn into the folder.</summary>
    /// <returns>The path of the executable.</returns>
    public static string Publish(WorkFolder folder)
    {
        Console.Error.WriteLine("publishing firn");
        var output = folder.PathOf("firn");
        ProcessTimer.Run(
            "bash", [Path.Join(RepositoryRoot(), "eng", "publish.sh"), RuntimeInformation.RuntimeIdentifier, output]);
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
