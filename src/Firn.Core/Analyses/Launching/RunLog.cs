using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Analyses.Launching;

/// <summary>The file of what a run prints, byte for byte. A disk that is full does not stop the run.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;

    private RunLog(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
    }

    public string Path { get; }

    /// <summary>Why the log is not whole; <see langword="null"/> where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Starts an empty log.</summary>
    /// <exception cref="FirnException">It cannot be written.</exception>
    public static RunLog Create(string path)
    {
        try
        {
            return new RunLog(path, File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {path}: {exception.Message.TrimEnd('.')}", "make room, or make the folder yours to write to",
                innerException: exception);
        }
    }

    public void Write(ReadOnlySpan<byte> content)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            RandomAccess.Write(_file, content, _length);
            _length += content.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception.Message.TrimEnd('.');
        }
    }

    public void Dispose() => _file.Dispose();
}
