using System.Diagnostics;
using System.Runtime.InteropServices;
using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>
/// A file that is written beside its place and then put there: a reader sees the old bytes or all of the new ones, also
/// after a crash. Several can be written before the first is put in place, so that a full disk changes none.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _isPlaced;

    private AtomicFile(string path)
    {
        _path = path;
        // The clock tells two processes with one number apart, which share a folder from two containers.
        _temporary = $"{path}.firn-{Environment.ProcessId}-{Stopwatch.GetTimestamp():x}.tmp";
    }

    /// <summary>Writes to a temporary file beside <paramref name="path"/> and flushes it to the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="isPrivate">Whether this user alone may read it, from its first moment.</param>
    /// <exception cref="FirnException">The folder cannot be written to, or the disk is full; nothing is left there.</exception>
    public static AtomicFile Stage(string path, ReadOnlySpan<byte> content, bool isPrivate = false)
    {
        var file = new AtomicFile(path);
        try
        {
            using var stream = isPrivate ? Private(file._temporary) : null;
            using var handle = stream is null ? File.OpenHandle(file._temporary, FileMode.Create, FileAccess.Write, FileShare.None) : null;
            RandomAccess.Write((stream?.SafeFileHandle ?? handle)!, content, 0);
            RandomAccess.FlushToDisk((stream?.SafeFileHandle ?? handle)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw file.Failure(exception);
        }

        return file;
    }

    /// <summary>The one call of .NET that gives a new file its mode.</summary>
    private static FileStream Private(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Puts the file in its place.</summary>
    /// <exception cref="FirnException">What is there cannot be replaced.</exception>
    public void Place()
    {
        try
        {
            File.Move(_temporary, _path, overwrite: true);
            _isPlaced = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }
    }

    /// <summary>Removes the temporary file, if it was not put in place.</summary>
    public void Dispose()
    {
        if (_isPlaced)
        {
            return;
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report.
        }
    }

    /// <summary>Makes the names in a folder durable; a file system that cannot is left alone.</summary>
    /// <exception cref="IOException">The disk failed or is full: the names may be gone after a power cut.</exception>
    public static void SynchronizeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Libc.Open(directory, OpenFlags.ReadWithoutWaiting);
        if (descriptor < 0)
        {
            return;
        }

        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        if (Libc.Synchronize(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error && IsLoss(error))
        {
            throw FileNames.Failure(error);
        }
    }

    /// <summary>Other errors say that folders cannot be synchronized there.</summary>
    private static bool IsLoss(int error) => error is Errno.DeviceFailed or Errno.NoSpace || error == Errno.QuotaExceeded;

    private FirnException Failure(Exception exception) => new(
        $"cannot write {_path}: {Errno.Reason(exception)}",
        "check that the folder exists, is yours to write to and has room",
        innerException: exception);
}
