using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>The run directory of a command that belongs to no analysis: gone when the run is in the store.</summary>
internal sealed class TemporaryRunFolder : IDisposable
{
    private TemporaryRunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Whether it stays, with what could not be put elsewhere.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="FirnException">It cannot be made.</exception>
    public static TemporaryRunFolder Make()
    {
        try
        {
            return new TemporaryRunFolder(Directory.CreateTempSubdirectory("firn-run-").FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make a folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}",
                "set TMPDIR to a folder of yours with room", innerException: exception);
        }
    }

    public void Dispose()
    {
        if (IsKept)
        {
            return;
        }

        try
        {
            // Mostly there is the log and nothing else, and looking into folders costs milliseconds.
            File.Delete(System.IO.Path.Join(Path, Analyses.Records.RunFileNames.Log));
            Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system empties that folder.
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
