namespace Firn.Common;

/// <summary>Writes a file so that a reader sees the old bytes or all of the new ones, also after a crash.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file beside <paramref name="path"/>, flushes it to the disk and renames it. The temporary
    /// file is removed if anything fails.
    /// </summary>
    /// <exception cref="FirnException">The folder cannot be written to, or the disk is full.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.firn-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw new FirnException(
                $"cannot write {path}: {Reason(exception)}",
                "check that the folder exists, is yours to write to and has room",
                innerException: exception);
        }
    }

    /// <summary>Makes the names in a folder durable; a file system that cannot is left alone.</summary>
    public static void SynchronizeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Libc.Open(directory, Libc.ReadOnlyNonBlocking);
        if (descriptor < 0)
        {
            return;
        }

        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        _ = Libc.Synchronize(descriptor);
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report.
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException => "the folder does not exist",
        _ when OperatingSystem.IsLinux() && (exception.HResult & 0xffff) == 28 => "no space left on the device",
        _ => exception.Message,
    };
}
