using Firn.Common;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Runs.Launching;

/// <summary>The file of what a run prints, byte for byte. A disk that is full does not stop the run.</summary>
internal sealed class RunLog : IDisposable
{
    private const string CopyFolder = "firn-run-";
    private const int BufferLength = 64 * 1024;
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly FileStat _stat;
    private long _length;

    private RunLog(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
        FileStatReader.TryRead(path, out _stat);
    }

    /// <summary>Why the log is not whole; <see langword="null"/> where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Starts an empty log.</summary>
    /// <exception cref="FirnException">It cannot be written.</exception>
    public static RunLog Create(string path)
    {
        try
        {
            // A link, or another name of the file, would lead the log into somebody else's.
            File.Delete(path);
            return new RunLog(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
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

    /// <summary>
    /// Writes it anew where the run has removed it, as <c>git clean</c> does: in its place where the project is still there,
    /// else among the temporary files.
    /// </summary>
    /// <param name="runFolder">The folder the command ran in.</param>
    /// <returns>The file that has it.</returns>
    public string PutBack(string runFolder)
    {
        if (FileStatReader.TryRead(_path, out var now) && now.Inode == _stat.Inode && now.Device == _stat.Device)
        {
            return _path;
        }

        if (Directory.Exists(runFolder) && TryCopy(_path, out _))
        {
            return _path;
        }

        var aside = System.IO.Path.Join(
            System.IO.Path.GetTempPath(), CopyFolder + UniqueId.Next(), System.IO.Path.GetFileName(_path));
        if (TryCopy(aside, out var reason))
        {
            return aside;
        }

        Failure ??= $"the run has removed its file ({reason})";
        return _path;
    }

    private bool TryCopy(string path, out string? reason)
    {
        reason = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            using var copy = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var buffer = new byte[BufferLength];
            for (long at = 0; RandomAccess.Read(_file, buffer, at) is > 0 and var read; at += read)
            {
                RandomAccess.Write(copy, buffer.AsSpan(0, read), at);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = exception.Message.TrimEnd('.');
            return false;
        }
    }

    /// <summary>Removes the copy of a log, when it is in the store.</summary>
    public static void RemoveCopy(string copy, string path)
    {
        if (copy == path)
        {
            return;
        }

        try
        {
            File.Delete(copy);
            Directory.Delete(System.IO.Path.GetDirectoryName(copy)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system empties that folder.
        }
    }

    public void Dispose() => _file.Dispose();
}
