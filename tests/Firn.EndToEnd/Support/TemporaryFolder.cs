namespace Firn.EndToEnd.Support;

/// <summary>A folder of its own for one test, deleted with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("firn-test-").FullName;

    public string Root { get; }

    public string PathOf(params string[] parts) => Path.Join([Root, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What a failed test left behind must not hide why it failed.
        }
    }
}
