using System.Globalization;
using System.Text;
using Firn.Common;

namespace Firn.Analyses.Building;

/// <summary>The right to run an analysis: a lock of the system's (<c>flock</c>), which ends with the process that holds it.</summary>
internal static class AnalysisLock
{
    private const int Tries = 20;
    private const int Pause = 25;
    private const int MostBytes = 4096;

    /// <summary>Takes the right.</summary>
    /// <param name="path">The file of the lock.</param>
    /// <param name="reference">The analysis, for messages.</param>
    /// <exception cref="FirnException">Another process has it, or the file cannot be written.</exception>
    public static IDisposable Take(string path, string reference)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return Open(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (exception is not IOException || !IsHeld(exception))
                {
                    throw new FirnException(
                        $"cannot write {path}: {exception.Message.TrimEnd('.')}", "make the project's folder yours to write to",
                        innerException: exception);
                }

                // Whoever only looks, as `firn status` does, has it for a moment.
                if (i == Tries)
                {
                    throw new FirnException(
                        $"{reference} is running already: {Holder(path)}",
                        "wait until it is done, or end that process; nothing was started",
                        ExitCodes.Locked);
                }
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>Who has the right; <see langword="null"/> where nobody has.</summary>
    public static string? HolderOf(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return IsHeld(exception) ? Holder(path) : null;
        }
    }

    private static FileStream Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            var text = string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {TimeText.Of(DateTimeOffset.UtcNow)}\n");
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(text));
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>EWOULDBLOCK of flock: 11 on Linux, 35 on macOS; a sharing violation on Windows.</summary>
    private static bool IsHeld(Exception exception) => (exception.HResult & 0xffff) is 11 or 35 or 32;

    /// <summary>Read without a lock of one's own, so also while it is held.</summary>
    private static string Holder(string path) =>
        BoundedFile.ReadText(path, MostBytes)?.Trim() is { Length: > 0 } text ? text : "another process";
}
