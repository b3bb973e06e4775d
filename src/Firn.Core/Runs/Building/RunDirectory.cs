using System.Globalization;
using System.Text;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Projects;
using Firn.Runs.Records;
using Firn.Storage.Layout;

namespace Firn.Runs.Building;

/// <summary>The run directory of an analysis: its environment files, its configuration, its log, and how its last run went.</summary>
internal sealed class RunDirectory(string path)
{
    private const string AnalysesFolder = "analyses";

    public string Path { get; } = path;

    /// <summary>The log of the last run.</summary>
    public string Log => System.IO.Path.Join(Path, Firn.Runs.Records.RunFileNames.Log);

    private string StatePath => System.IO.Path.Join(Path, "state.json");

    private string LockPath => System.IO.Path.Join(Path, "lock");

    private string CapturePath => System.IO.Path.Join(Path, Capture.FileName);

    /// <summary>The run directory of an analysis in a project.</summary>
    /// <exception cref="FirnException">A name cannot be kept as a file name, or a link is on the way.</exception>
    public static RunDirectory Of(Project project, AnalysisDefinition analysis) => new(UnlinkedPath.Of(project.Folder, System.IO.Path.Join(
        Project.StateFolder, AnalysesFolder, NameEncoding.Encode(analysis.Subject), NameEncoding.Encode(analysis.Name))));

    /// <summary>Makes the folder.</summary>
    /// <exception cref="FirnException">It cannot be made.</exception>
    public void Make()
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make the folder {Path}: {exception.Message.TrimEnd('.')}", "make the project's folder yours to write to",
                innerException: exception);
        }
    }

    /// <summary>The environment as it was built; <see langword="null"/> before the first build.</summary>
    /// <exception cref="FirnException">It is damaged.</exception>
    public BuiltCapture? ReadCapture()
    {
        if (!File.Exists(CapturePath))
        {
            return null;
        }

        var capture = CaptureReader.ReadFile(CapturePath, out _);
#pragma warning disable RS0030 // It was read just now, within bounds.
        return new BuiltCapture(capture, File.ReadAllBytes(CapturePath), File.GetLastWriteTimeUtc(CapturePath), BuiltFiles.Read(Path));
#pragma warning restore RS0030
    }

    public RunState? ReadState() => RunState.Read(StatePath);

    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public void WriteState(RunState state)
    {
        using var file = AtomicFile.Stage(StatePath, state.Write());
        file.Place();
    }

    /// <summary>
    /// Takes the right to run the analysis; it is given back when it is disposed of or this process ends. What one that was
    /// killed had half-written is nobody's then, and is removed.
    /// </summary>
    /// <exception cref="FirnException">Another process runs it, or the lock is a link to another file.</exception>
    public IDisposable Lock(string reference)
    {
        var right = AnalysisLock.Take(UnlinkedPath.Of(Path, System.IO.Path.GetFileName(LockPath)), reference);
        foreach (var entry in DirectoryReader.List(Path, out _))
        {
            if (entry.Kind == DirectoryEntryKind.File && entry.Name.EndsWith(".tmp", StringComparison.Ordinal)
                && entry.Name.Contains(".firn-", StringComparison.Ordinal))
            {
                File.Delete(System.IO.Path.Join(Path, entry.Name));
            }
        }

        return right;
    }

    /// <summary>Who is running it now; <see langword="null"/> where nobody is.</summary>
    public string? Holder() => AnalysisLock.HolderOf(LockPath);

    /// <summary>When it was built; <see langword="null"/> where it never was.</summary>
    public DateTimeOffset? BuiltAt() => File.Exists(CapturePath) ? File.GetLastWriteTimeUtc(CapturePath) : null;
}

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
                if (exception is not IOException || !Errno.IsLocked(exception))
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
                        FailureKind.Locked);
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
            return Errno.IsLocked(exception) ? Holder(path) : null;
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

    /// <summary>Read without a lock of one's own, so also while it is held.</summary>
    private static string Holder(string path) =>
        BoundedFile.ReadText(path, MostBytes)?.Trim() is { Length: > 0 } text ? text : "another process";
}
