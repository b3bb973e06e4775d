namespace Firn.EndToEnd.Support;

/// <summary>
/// What is expensive to make, and is made once in a test run for all who ask, lies in this folder of the process; the
/// run's last step deletes it.
/// </summary>
internal static class SharedFolder
{
    private static readonly Lazy<TemporaryFolder> Folder = new(() => new TemporaryFolder());

    public static string PathOf(params string[] parts) => Folder.Value.PathOf(parts);

    public static void Delete()
    {
        if (Folder.IsValueCreated)
        {
            Folder.Value.Dispose();
        }
    }
}
