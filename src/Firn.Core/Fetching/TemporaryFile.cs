using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Fetching;

/// <summary>A new file that a transfer fills; it is gone unless it was kept.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private long _length;
    private bool _isKept;

    /// <param name="folder">Where it is made; the folder exists.</param>
    /// <param name="name">How messages call what is written.</param>
    /// <exception cref="FirnException">The folder takes no file.</exception>
    public TemporaryFile(string folder, string name)
    {
        _name = name;
        Path = System.IO.Path.Join(folder, $"fetch-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        try
        {
            _handle = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }
    }

    public string Path { get; }

    /// <exception cref="FirnException">The disk is full, or the folder went away.</exception>
    public void Append(ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_handle, content, _length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        _length += content.Length;
    }

    /// <summary>Empties the file for a transfer that begins anew.</summary>
    public void Clear()
    {
        try
        {
            RandomAccess.SetLength(_handle, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        _length = 0;
    }

    /// <summary>Leaves the file to the caller.</summary>
    public string Keep()
    {
        _isKept = true;
        return Path;
    }

    public void Dispose()
    {
        _handle.Dispose();
        if (!_isKept)
        {
            Remove(Path);
        }
    }

    /// <summary>Removes a file that may be gone already.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It lies in a temporary folder, which its owner removes.
        }
    }

    private FirnException Failure(Exception exception) => new(
        $"cannot write {_name} to {System.IO.Path.GetDirectoryName(Path)}: {Reason(exception)}",
        "make room there, and check that the folder is yours to write to",
        innerException: exception);

    private static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException => "the folder does not exist",
        _ when OperatingSystem.IsLinux() && (exception.HResult & 0xffff) == NoSpace => "no space left on the device",
        _ when OperatingSystem.IsLinux() && (exception.HResult & 0xffff) == QuotaExceeded => "the disk quota is used up",
        _ => exception.Message,
    };
}
