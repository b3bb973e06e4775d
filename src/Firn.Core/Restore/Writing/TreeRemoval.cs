using Firn.Common.Files;

namespace Firn.Restore.Writing;

/// <summary>Removes folders with all that is in them, read-only ones too; links are removed and not followed.</summary>
internal static class TreeRemoval
{
    /// <summary>Removes as much as can be.</summary>
    /// <returns>Whether nothing is left.</returns>
    public static bool TryRemove(string path)
    {
        if (RealPath.LinkTarget(path) is not null)
        {
            return TryDeleteLink(path);
        }

        if (TryDelete(path))
        {
            return true;
        }

        MakeWritable(path);
        return TryDelete(path);
    }

    /// <summary>The link itself: what it leads to is somebody else's.</summary>
    private static bool TryDeleteLink(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void MakeWritable(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var below in Directory.EnumerateDirectories(folder))
            {
                if (new DirectoryInfo(below).LinkTarget is null)
                {
                    MakeWritable(below);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be made writable cannot be removed either, and stays.
        }
    }
}
