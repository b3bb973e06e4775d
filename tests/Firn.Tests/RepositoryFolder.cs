namespace Firn.Tests;

/// <summary>Where the sources of this test run lie.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder that holds <c>Firn.slnx</c>: above the built tests, since CI's builds hide their sources' paths.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null;
            folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Join(folder, "Firn.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no Firn.slnx above {AppContext.BaseDirectory}");
    }
}
