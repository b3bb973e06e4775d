using System.Runtime.CompilerServices;

namespace Firn.Tests;

/// <summary>Where the sources of this test run lie.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder that holds <c>Firn.slnx</c>.</summary>
    public static string Path { get; } = Find();

    private static string Find([CallerFilePath] string thisFile = "")
    {
        for (var folder = System.IO.Path.GetDirectoryName(thisFile); folder is not null;
            folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Join(folder, "Firn.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no Firn.slnx above {thisFile}");
    }
}
