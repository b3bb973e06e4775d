using System.Runtime.InteropServices;
using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>
/// A file that is read from start to end by <c>open</c> and <c>read</c> alone. .NET's handles ask four more questions of
/// the kernel for each file, which an archive of fifty thousand files feels. The last link is not followed.
/// </summary>
internal sealed unsafe class SequentialFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream? _stream;
    private int _descriptor = -1;
    private ConsistentRead _steady;

    private SequentialFile(string path)
    {
        _path = path;
        if (OperatingSystem.IsWindows())
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            return;
        }

        _descriptor = Libc.Open(path, OpenFlags.ReadWithoutWaiting | OpenFlags.NoFollow);
        if (_descriptor < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    /// <exception cref="FirnException">The file cannot be opened.</exception>
    public static SequentialFile Open(string path)
    {
        try
        {
            return new SequentialFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read {path}: {exception.Message}", "check its permissions", innerException: exception);
        }
    }

    /// <summary>Opens a file of which one state is wanted: <see cref="MustBeSteady"/> says whether that was read.</summary>
    /// <exception cref="FirnException">The file cannot be opened, or changes all the time.</exception>
    public static SequentialFile OpenSteady(string path)
    {
        var file = Open(path);
        try
        {
            if (file._descriptor >= 0)
            {
                file._steady = ConsistentRead.Begin(file._descriptor, path);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return file;
    }

    /// <summary>After the last byte: nothing may have written to the file since it was opened.</summary>
    /// <exception cref="FirnException">Something has.</exception>
    public void MustBeSteady()
    {
        if (_descriptor >= 0)
        {
            _steady.End(_descriptor, _path);
        }
    }

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="FirnException">The file cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        if (_stream is not null)
        {
            return _stream.Read(buffer);
        }

        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                var count = Libc.Read(_descriptor, pointer, buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                var error = Marshal.GetLastPInvokeError();
                if (error != Errno.Interrupted)
                {
                    throw Failure(error);
                }
            }
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private FirnException Failure(int error) => new(
        $"cannot read {_path}: {Marshal.GetPInvokeErrorMessage(error)}",
        error is Errno.NotPermitted or Errno.AccessDenied ? "check its permissions" : "run the command again when nothing else writes there");
}
