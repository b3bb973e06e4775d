using Firn.Common;
using Firn.Common.Files;

namespace Firn.Images.Engines;

/// <summary>A temporary folder of this process alone, whose name says so: what a killed one left is removed by the next.</summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "firn-image";

    /// <summary>Makes one.</summary>
    public WorkFolder()
    {
        FullName = Path.Join(Path.GetTempPath(), WorkName.New(Prefix));
        Do(FullName, () =>
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(FullName);
            }
            else
            {
                Directory.CreateDirectory(FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        });
    }

    /// <summary>Its path.</summary>
    public string FullName { get; }

    /// <summary>Writes a file in it.</summary>
    public void Write(string name, string text)
    {
        var path = Path.Join(FullName, name);
        Do(path, () => File.WriteAllText(path, text));
    }

    /// <summary>Makes a folder in it.</summary>
    public string MakeFolder(string name)
    {
        var path = Path.Join(FullName, name);
        Do(path, () => Directory.CreateDirectory(path));
        return path;
    }

    /// <summary>Removes those that killed processes of this machine left.</summary>
    public static void RemoveAbandoned()
    {
        var place = Path.GetTempPath();
        foreach (var entry in DirectoryReader.List(place, out _).Where(static entry => WorkName.IsAbandoned(entry.Name, Prefix)))
        {
            try
            {
                Directory.Delete(Path.Join(place, entry.Name), recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another firn is at it.
            }
        }
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);

    private static void Do(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"{path} cannot be written: {exception.Message.TrimEnd('.')}", "make room there, or name another folder in TMPDIR", innerException: exception);
        }
    }
}
