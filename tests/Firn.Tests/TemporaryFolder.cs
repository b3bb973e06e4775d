namespace Firn.Tests;

/// <summary>A new folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("firn-test-").FullName;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The path of a name below the folder.</summary>
    public string this[string relative] => System.IO.Path.Join(Path, relative);

    /// <summary>Writes a file below the folder, with the folders on the way to it, and returns its path.</summary>
    public string Write(string relative, string content = "") =>
        Write(relative, System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(string relative, byte[] content)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // A test took its own rights away; the system's temporary folder is cleaned by others.
        }
    }
}
