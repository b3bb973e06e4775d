using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Preparing;
using Firn.Runs.Running;
using Firn.Storage;

namespace Firn.Workflows;

/// <summary>What runs have in common.</summary>
public sealed record RunOptions
{
    /// <summary>The project's folder; <see langword="null"/> for the folder with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>How many threads numeric libraries may use; <see langword="null"/> for what the project says.</summary>
    public int? Threads { get; init; }

    /// <summary>How runs are observed.</summary>
    public ObservationMode Observes { get; init; } = ObservationMode.Report;

    /// <summary>Whether the environment's bytes are kept, where the project does not say that they are not.</summary>
    public bool IsArchived { get; init; } = true;

    /// <summary>Whether the operating system's Python is kept too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>The command line that starts firn, which follows processes where <see cref="Observes"/> asks for that.</summary>
    public IReadOnlyList<string> FirnCommand { get; init; } = ["firn"];

    /// <summary>
    /// Takes this process's signals for what is done; <see langword="null"/> where the token alone ends it. It is for programs that
    /// do nothing but run: every child of the process that a run did not start itself is then taken for left over, and ended.
    /// </summary>
    public SignalForwarder? Signals { get; init; }

    /// <summary>What a run goes by.</summary>
    internal RunSettings Settings(SystemContext systemContext, Project project, bool hasProject) => new()
    {
        SystemContext = systemContext,
        Store = ProjectStore.Locate(Store, hasProject ? project : null, systemContext),
        IsArchived = IsArchived && project.IsArchived,
        WithInterpreter = WithInterpreter || project.ArchivesInterpreter,
        Threads = Threads,
        Observes = Observes,
        OwnCommand = FirnCommand,
    };
}

/// <summary>Where a command's output goes while it runs, beside the log that is kept.</summary>
/// <param name="Output">Takes standard output.</param>
/// <param name="Error">Takes standard error.</param>
public sealed record RunStreams(OutputSink Output, OutputSink Error)
{
    /// <summary>Takes nothing.</summary>
    public static RunStreams None { get; } = new(static _ => true, static _ => true);

    /// <summary>Both go to streams as they come, which may be the same one.</summary>
    public static RunStreams To(Stream output, Stream error)
    {
        return new RunStreams(Sink(output), Sink(error)) { AreOne = output == error };

        static OutputSink Sink(Stream stream) => content =>
        {
            stream.Write(content);
            stream.Flush();
            return true;
        };
    }

    /// <summary>Whether both go to one place, so that the command may write to one pipe and lines keep their order.</summary>
    public bool AreOne { get; init; }

    /// <summary>Is told how far archiving is, and what is worth a line.</summary>
    public IWorkObserver? Observer { get; init; }

    /// <summary>Is called when the command has ended.</summary>
    public Action? Finished { get; init; }
}

/// <summary>The parts of the library that the runs of one command line share.</summary>
internal sealed class RunServices : IDisposable
{
    private readonly CancellationTokenRegistration _registration;
    private readonly bool _ownsSignals;

    /// <param name="settings">What holds for all runs.</param>
    /// <param name="cache">Where digests of large files are remembered; <see langword="null"/> for nowhere.</param>
    /// <param name="signals">Takes this process's signals; <see langword="null"/> where the token alone ends what is done.</param>
    /// <param name="cancellation">Asks what runs to end.</param>
    public RunServices(RunSettings settings, string? cache, SignalForwarder? signals, CancellationToken cancellation)
    {
        Settings = settings;
        _ownsSignals = signals is null;
        Signals = signals ?? new SignalForwarder(listens: false);
        _registration = cancellation.Register(Signals.End);
        Processes = new LaunchedProcesses(ownsAll: signals is not null);
        Git = new GitProgram(settings.SystemContext, Processes);
        Digests = new FileDigestCache(cache);
        Preparer = new RunPreparer(settings, Digests, Git);
        Runner = new AnalysisRunner(
            settings,
            new Launcher(Signals, Processes, TimeProvider.System),
            new RunEnvironmentArchiver(settings, TimeProvider.System),
            Signals,
            TimeProvider.System);
    }

    public RunSettings Settings { get; }

    public SignalForwarder Signals { get; }

    public LaunchedProcesses Processes { get; }

    public GitProgram Git { get; }

    public FileDigestCache Digests { get; }

    public RunPreparer Preparer { get; }

    public AnalysisRunner Runner { get; }

    /// <summary>Where the digests of a project's large files are remembered.</summary>
    public static string CacheOf(Project project) => UnlinkedPath.Of(project.Folder, Path.Join(Project.StateFolder, "digests"));

    /// <summary>Finds and makes the environments that a project chooses.</summary>
    public ProjectEnvironmentResolver Resolver(LockedUse use, IWorkObserver? observer) =>
        new(Settings.SystemContext, Settings.Store, use, observer, interruption: null, Signals.Token);

    /// <summary>Opens the store, before hours are spent on what it then does not take.</summary>
    /// <exception cref="FirnException">It can be neither opened nor made.</exception>
    public Store OpenStore() => TrustedStores.OpenOrCreate(Settings.Store, Settings.SystemContext, TimeProvider.System);

    /// <exception cref="FirnException">This system cannot run anything yet.</exception>
    public static void CheckSystem()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException(
                "commands cannot be run on Windows yet", "run on Linux or macOS, or keep files with `firn results add`");
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        if (_ownsSignals)
        {
            Signals.Dispose();
        }
    }
}

/// <summary>
/// The run directory of a command that belongs to no analysis: gone when the run is in the store. What killed runs have left
/// is removed a day later, by another run.
/// </summary>
internal sealed class TemporaryRunFolder : IDisposable
{
    /// <summary>How the names of a run's temporary folders begin: this one, and that of its observation.</summary>
    private static readonly string[] Prefixes = ["firn-run-", "firn-observe-"];

    private readonly LockedTemporaryFolder _folder;

    private TemporaryRunFolder(LockedTemporaryFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    /// <summary>Whether it stays, with what could not be put elsewhere.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="FirnException">It cannot be made.</exception>
    public static TemporaryRunFolder Make()
    {
        try
        {
            return new TemporaryRunFolder(
                LockedTemporaryFolder.Make(System.IO.Path.Join(System.IO.Path.GetTempPath(), $"{Prefixes[0]}{UniqueId.Next()}")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make a folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}",
                "set TMPDIR to a folder of yours with room", innerException: exception);
        }
    }

    /// <summary>Whether a folder has run directories in it.</summary>
    public static bool AreIn(string folder) => Directory.EnumerateFileSystemEntries(folder, $"{Prefixes[0]}*").Any();

    /// <summary>Removes what killed runs have left, beside the run that goes on; it ends with this process.</summary>
    public static void SweepBeside() =>
        new Thread(static () => Sweep()) { IsBackground = true, Name = "firn sweep" }.Start();

    /// <summary>Removes what killed runs have left.</summary>
    public static void Sweep() => LockedTemporaryFolder.Sweep(
        System.IO.Path.GetTempPath(),
        static name => Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)),
        DateTimeOffset.UtcNow);

    public void Dispose()
    {
        if (IsKept)
        {
            _folder.Leave();
        }
        else
        {
            _folder.Dispose();
        }
    }
}
