namespace Firn.Tests.Python.Environments;

/// <summary>A folder of its own for one test, with the tree that the test writes into it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <param name="path">A new folder to use; default: one of the system's for such.</param>
    public TemporaryFolder(string? path = null) => Path = path is null
        ? Directory.CreateTempSubdirectory("firn-env-").FullName
        : Directory.CreateDirectory(path).FullName;

    public string Path { get; }

    public string At(string relative) => System.IO.Path.Join(Path, relative);

    /// <summary>Writes a file and the folders above it.</summary>
    public string File(string relative, string content = "")
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string Folder(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    /// <summary>A file that looks like a program to whoever does not start it.</summary>
    public string Program(string relative)
    {
        var path = File(relative, "\u007fELF");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public string Link(string relative, string target)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.CreateSymbolicLink(path, target);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Left for the system to clean up.
        }
    }
}
