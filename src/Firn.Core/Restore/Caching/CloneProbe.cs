using Firn.Restore.Writing;

namespace Firn.Restore.Caching;

/// <summary>Whether files can be clones of others, sharing blocks (btrfs, XFS, bcachefs): asked once, not for each file.</summary>
internal static class CloneProbe
{
    /// <summary>Clones a small file from one folder to another, and removes both.</summary>
    public static bool CanClone(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var source = Path.Join(from, $".firn-probe-{Environment.ProcessId}-from");
        var target = Path.Join(to, $".firn-probe-{Environment.ProcessId}-to");
        try
        {
            File.WriteAllBytes(source, new byte[4096]);
            using var input = File.OpenHandle(source);
            using var output = File.OpenHandle(target, FileMode.Create, FileAccess.Write);
            return FolderCalls.Clone(
                (int)output.DangerousGetHandle(), FolderCalls.FileClone, input.DangerousGetHandle()) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            File.Delete(source);
            File.Delete(target);
        }
    }
}
