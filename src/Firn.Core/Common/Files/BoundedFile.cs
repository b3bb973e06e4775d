using System.Runtime.InteropServices;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Files;

/// <summary>
/// Reads files that nobody vouches for: never more than a limit, never blocking on a FIFO or a terminal, and with a
/// status instead of an exception. On Unix it opens with <c>O_NONBLOCK</c> and takes no lock, which is also faster
/// than <see cref="File.OpenHandle"/>.
/// </summary>
internal static class BoundedFile
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads the whole file if it holds at most <paramref name="limit"/> bytes, else its start.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="buffer">Memory to read into; the content is valid until it is read into again.</param>
    public static FileContent Read(string path, int limit, ReusableBuffer? buffer = null)
    {
        using var handle = Open(path, out var status);
        if (handle is null)
        {
            return new FileContent(status, [], 0);
        }

        try
        {
            return ReadHandle(handle, limit, buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            // NotSupportedException: on Windows, a pipe or a console, which cannot be read at an offset.
            return new FileContent(FileReadStatus.Unreadable, [], 0);
        }
    }

    /// <summary>The file as UTF-8 text with invalid bytes replaced, or <see langword="null"/> if it is not read whole.</summary>
    public static string? ReadText(string path, int limit)
    {
        var content = Read(path, limit);
        return content.IsComplete ? System.Text.Encoding.UTF8.GetString(content.Bytes) : null;
    }

    /// <summary>Opens a file for reading at any offset, so no FIFO, socket or terminal; <see langword="null"/> with the reason where that fails.</summary>
    public static SafeFileHandle? Open(string path, out FileReadStatus status)
    {
        status = FileReadStatus.Read;
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            status = FileReadStatus.Missing;
            return null;
        }

        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            return OpenUnix(path, out status);
        }

        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            status = FileReadStatus.Missing;
        }
        catch (UnauthorizedAccessException)
        {
            status = Directory.Exists(path) ? FileReadStatus.Unreadable : FileReadStatus.Denied;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            status = FileReadStatus.Unreadable;
        }

        return null;
    }

    private static SafeFileHandle? OpenUnix(string path, out FileReadStatus status)
    {
        var descriptor = Libc.Open(path, OpenFlags.ReadWithoutWaiting);
        if (descriptor >= 0)
        {
            var handle = new SafeFileHandle(descriptor, ownsHandle: true);
            if (Libc.Seek(descriptor, 0, Libc.FromCurrent) >= 0)
            {
                status = FileReadStatus.Read;
                return handle;
            }

            handle.Dispose();
            status = FileReadStatus.Unreadable;
            return null;
        }

        status = Marshal.GetLastPInvokeError() switch
        {
            Errno.NoEntry or Errno.NotDirectory => FileReadStatus.Missing,
            Errno.AccessDenied or Errno.NotPermitted => FileReadStatus.Denied,
            var error when error == Errno.TooManyLinks => FileReadStatus.Missing,
            _ => FileReadStatus.Unreadable,
        };
        return null;
    }

    private static FileContent ReadHandle(SafeFileHandle handle, int limit, ReusableBuffer? reused)
    {
        // The length is a hint only: files in /proc say 0, and a file may grow while it is read.
        var known = RandomAccess.GetLength(handle);
        var expected = known > 0 ? known + 1 : FirstBuffer;
        expected = Math.Min(expected, (long)limit + 1);
        var buffer = reused?.AtLeast(expected) ?? new byte[expected];
        var length = 0;
        while (true)
        {
            if (length > limit)
            {
                return new FileContent(FileReadStatus.TooLarge, buffer, limit);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, (long)limit + 1));
                reused?.Keep(buffer);
            }

            // A reused buffer may be longer than the limit: one byte more tells that the file is.
            var room = (int)Math.Min(buffer.Length, (long)limit + 1) - length;
            var read = RandomAccess.Read(handle, buffer.AsSpan(length, room), length);
            length += read;
            if (read == 0 || (length == known && read < room))
            {
                return new FileContent(FileReadStatus.Read, buffer, length);
            }
        }
    }
}

/// <summary>The bytes of a file as far as they were read.</summary>
internal readonly struct FileContent(FileReadStatus status, byte[] buffer, int length)
{
    public FileReadStatus Status { get; } = status;

    /// <summary>The bytes; empty unless <see cref="Status"/> is Read or TooLarge.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>The same bytes for parsers that keep them; valid as long as the content is.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>The same bytes for a parser that decodes in place; nobody else may hold the content then.</summary>
    public Span<byte> WritableBytes => buffer.AsSpan(0, length);

    public bool IsComplete => Status == FileReadStatus.Read;

    /// <summary>What to say where the status is not Read, for example "permission denied".</summary>
    public string Reason => Status switch
    {
        FileReadStatus.TooLarge => "larger than the limit",
        FileReadStatus.Missing => "not found",
        FileReadStatus.Denied => "permission denied",
        FileReadStatus.Unreadable => "not a readable file",
        _ => "complete",
    };
}

/// <summary>How reading a file ended.</summary>
internal enum FileReadStatus
{
    /// <summary>The bytes are there, all of them.</summary>
    Read,

    /// <summary>The file is larger than the limit; the bytes up to the limit are there.</summary>
    TooLarge,

    /// <summary>There is no such file, or a dangling link, or a loop of links.</summary>
    Missing,

    /// <summary>The user may not read it.</summary>
    Denied,

    /// <summary>It is a folder, a device, or reading failed.</summary>
    Unreadable,
}

/// <summary>
/// Memory for files that are read one after the other. Fresh arrays of this size would go to the large object heap,
/// and a few of them make the collector stop everything.
/// </summary>
internal sealed class ReusableBuffer
{
    private byte[] _bytes = [];

    /// <summary>An array of at least that length, which the next call may hand out again.</summary>
    public byte[] AtLeast(long length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, Math.Min(2L * _bytes.Length, Array.MaxLength))];
        }

        return _bytes;
    }

    /// <summary>Keeps an array that had to grow.</summary>
    public void Keep(byte[] bytes) => _bytes = bytes.Length > _bytes.Length ? bytes : _bytes;
}
