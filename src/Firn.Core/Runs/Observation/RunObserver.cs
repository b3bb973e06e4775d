using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Launching;

namespace Firn.Runs.Observation;

/// <summary>
/// Observes one run: gives the variables that make each Python process report, follows the processes, and says at the end
/// what was used. It stops no run: what fails becomes a problem of the observation.
/// </summary>
internal sealed class RunObserver : IDisposable
{
    /// <summary>The name of the command line's command that traces.</summary>
    public const string TraceCommandName = "trace-run";

    private readonly string _folder;
    private readonly ObservationMode _mode;
    private readonly ProcessFollower? _follower;
    private readonly List<Problem> _problems = [];
    private readonly LockedTemporaryFolder? _lease;

    private RunObserver(string folder, ObservationMode mode, IReadOnlyDictionary<string, string?> variables)
    {
        _folder = folder;
        _mode = mode;
        if (mode == ObservationMode.Off)
        {
            Variables = ImmutableSortedDictionary<string, string?>.Empty;
            return;
        }

        _lease = Make(folder);
        ObserverShim.Write(folder);
        var (name, value) = ObserverShim.Variable(folder, variables);
        Variables = ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal).Add(name, value);
        _follower = new ProcessFollower(ObserverShim.FolderIn(folder));
    }

    /// <summary>The variables that the run needs on top of its own.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; }

    /// <summary>Prepares the observation of a run.</summary>
    /// <param name="reportFolder">
    /// A folder of this run alone, absolute, made here and removed by <see cref="Dispose"/>; on a local file system, since
    /// each import writes there.
    /// </param>
    /// <param name="mode">How.</param>
    /// <param name="variables">The variables that the run would get; a value of <see langword="null"/> unsets one.</param>
    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public static RunObserver Start(
        string reportFolder, ObservationMode mode, IReadOnlyDictionary<string, string?> variables) =>
        new(reportFolder, mode, variables);

    /// <summary>
    /// The command that is started for the run: the command itself, or the tracer that runs it as its child, passes
    /// signals on and ends as it does.
    /// </summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="firn">The command line of this firn, which the tracer is.</param>
    public IReadOnlyList<string> Command(IReadOnlyList<string> command, IReadOnlyList<string> firn) =>
        _mode == ObservationMode.Trace && ProcFiles.Exists ? [.. firn, TraceCommandName, _folder, "--", .. command] : command;

    /// <summary>Follows the run's process, and its descendants, from now on.</summary>
    public void Follow(int processId) => _follower?.Follow(processId);

    /// <summary>Reads the reports, when the run has ended.</summary>
    /// <param name="capture">The environment as it was captured before the run.</param>
    /// <param name="projectFolder">The project's folder; for a command without one the folder it ran in.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public RunObservation Finish(Capture capture, string projectFolder, CancellationToken cancellationToken)
    {
        if (_follower is null)
        {
            return new RunObservation { Mode = ObservationMode.Off, Processes = [] };
        }

        var seen = _follower.Stop();
        if (_mode == ObservationMode.Trace)
        {
            seen = TraceFile.Read(_folder) ?? Refused(seen);
        }

        var reports = ReportReader.ReadFolder(_folder, _problems, cancellationToken);
        return new ObservationBuilder(capture, projectFolder, _problems).Build(_mode, reports, seen, cancellationToken);
    }

    private IReadOnlyList<SeenProcess> Refused(IReadOnlyList<SeenProcess> seen)
    {
        _problems.Add(new Problem(
            "trace-refused", null, "the processes were not traced: this system does not permit it, or knows no ptrace"));
        return seen;
    }

    public void Dispose()
    {
        _follower?.Dispose();
        _lease?.Dispose();
    }

    private static LockedTemporaryFolder Make(string folder)
    {
        try
        {
            return LockedTemporaryFolder.Make(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make {folder}: {exception.Message.TrimEnd('.')}", "set TMPDIR to a folder of yours with room",
                innerException: exception);
        }
    }
}

/// <summary>The folder with the Python source that makes each Python process of a run report.</summary>
internal static class ObserverShim
{
    private const string FileName = "sitecustomize.py";
    private const string PythonPath = "PYTHONPATH";

    /// <summary>Where the source lies in the folder of the reports.</summary>
    public static string FolderIn(string reportFolder) => Path.Join(reportFolder, "shim");

    /// <summary>Writes the source.</summary>
    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public static void Write(string reportFolder)
    {
        var folder = FolderIn(reportFolder);
        try
        {
            MakePrivate(reportFolder);
            Directory.CreateDirectory(folder);
            using var source = typeof(ObserverShim).Assembly.GetManifestResourceStream(FileName)!;
            using var file = File.Create(Path.Join(folder, FileName));
            source.CopyTo(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {folder}: {exception.Message.TrimEnd('.')}",
                $"make room or make it yours to write to, or run with {RequestSetting.NoObservation}",
                innerException: exception);
        }
    }

    /// <summary>What a run imports, and who could put code into it, is nobody else's business.</summary>
    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The value of PYTHONPATH with the shim in front; an empty part would be the current folder, and is not made.</summary>
    public static (string Name, string Value) Variable(string reportFolder, IReadOnlyDictionary<string, string?> variables)
    {
        var folder = FolderIn(reportFolder);
        return variables.TryGetValue(PythonPath, out var before) && !string.IsNullOrEmpty(before)
            ? (PythonPath, folder + Path.PathSeparator + before)
            : (PythonPath, folder);
    }
}
