namespace Firn.EndToEnd.Support;

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
